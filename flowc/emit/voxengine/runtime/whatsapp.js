// Targets that are called over WhatsApp.

/** @typedef {{ whatsapp: Setting, caller_id: CallerId, hours?: string, ringMs: number } & BeforeJoined} WhatsappTarget */

/** @param {WhatsappTarget} target @returns {Dialling} */
function dialWhatsapp(target) {
  const number = valueOf(target.whatsapp);
  return {
    isKnown: /^\+?[1-9][0-9]{6,14}$/.test(number),
    isDialled: isNumberOf(S.to, number),
    isCaller: isNumberOf(S.from, number),
    call: (callerId) => VoxEngine.callWhatsappUser({ number: number, callerid: callerId }),
  };
}

/** With or without plus. @param {string} party who calls, or what was dialled @param {string} number */
function isNumberOf(party, number) {
  return party.replace(/^\+/, "") === number.replace(/^\+/, "");
}
