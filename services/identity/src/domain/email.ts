/**
 * The form in which an e-mail address is kept and looked up. RFC 5321, section 2.4 lets the part before the @ tell cases
 * apart; no provider of today does, and two accounts for one mailbox would be a way to take one over.
 */
export function normalizeEmail(email: string): string {
  return email.trim().toLowerCase().normalize('NFC');
}
