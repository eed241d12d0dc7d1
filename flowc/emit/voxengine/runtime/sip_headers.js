// Headers of the flow in calls over SIP.

const MAX_SIP_HEADER_BYTES = 200;

/** One without text is not sent. @param {SipTarget} target @param {Record<string, string>} headers */
function addHeaders(target, headers) {
  const filled = fillAll(target.headers || {}, S.request === null ? {} : S.request.parameters);
  Object.keys(filled).forEach((name) => {
    const value = headerValue(filled[name], MAX_SIP_HEADER_BYTES - name.length - 2);
    if (value !== "") headers[name] = value;
  });
}

/** One line, and as many whole characters as fit into so many bytes of UTF-8. @param {string} text @param {number} bytes */
function headerValue(text, bytes) {
  const characters = Array.from(text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ").trim());
  let size = 0;
  const cut = characters.findIndex((character) => {
    const code = character.codePointAt(0) || 0;
    size += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    return size > bytes;
  });
  return (cut === -1 ? characters : characters.slice(0, cut)).join("");
}

ON_SIP_HEADERS.push(addHeaders);
