// Targets that are called over WhatsApp.

/** @typedef {{ whatsapp: Setting, caller_id: CallerId, hours?: string, ringMs: number } & BeforeJoined} WhatsappTarget */

/** @param {WhatsappTarget} target @returns {Dialling} */
function dialWhatsapp(target) {
  const number = valueOf(target.whatsapp);
  return {
    isKnown: /^\+?[1-9][0-9]{6,14}$/.test(number),
    isDialled: isSameNumber(number, S.to),
    isCaller: isSameNumber(number, S.from),
    call: (callerId) => VoxEngine.callWhatsappUser({ number: number, callerid: callerId }),
  };
}
