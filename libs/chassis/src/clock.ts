/** Where the time comes from. Tests put one of their own here. */
export type Clock = () => Date;

export const systemClock: Clock = () => new Date();
