/** NIST SP 800-63B, section 3.1.1.2: length is what makes a password strong; rules of composition are not imposed. */
export const PASSWORD_MIN_LENGTH = 12;
/** Longer ones only cost time to hash. */
export const PASSWORD_MAX_LENGTH = 128;
