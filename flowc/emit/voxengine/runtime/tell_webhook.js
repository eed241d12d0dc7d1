// Webhooks are told of something: a step of the flow, or the call's end.

const MOST_POSTS = 35;

/** Why it cannot be told, or "". @param {string} name @param {object} content */
function tellWebhook(name, content) {
  if (addressOfWebhook(name) === "") return NO_ADDRESS;
  if (S.posts.length >= MOST_POSTS) return "too many are waiting to be sent";
  S.posts.push(newPost(name, content));
  sendPosts();
  return "";
}
