/** A mail as a person reads it: plain text, which every program shows alike and nobody can hide a link in. */
export interface Letter {
  subject: string;
  text: string;
}

const SIGNATURE = '\n\nFlorin';

function letter(subject: string, ...paragraphs: string[]): Letter {
  return { subject, text: paragraphs.join('\n\n') + SIGNATURE };
}

export function verifyEmailLetter(link: string): Letter {
  return letter(
    'Confirm your e-mail address',
    'Somebody, most probably you, uses this address for an account at Florin. Open this link within a day to confirm it:',
    link,
    'If it was not you, do nothing: the address stays unconfirmed.',
  );
}

export function choosePasswordLetter(link: string): Letter {
  return letter(
    'Finish your account at Florin',
    'Open this link within a day to confirm your address and choose a password:',
    link,
    'If you did not ask for an account, do nothing: nobody can use it.',
  );
}

export function haveAccountLetter(reset_link: string): Letter {
  return letter(
    'You have an account at Florin already',
    'Somebody, most probably you, wanted to make an account with this address. There is one already: sign in with it. If you do not know the password any more, open this link within an hour to choose a new one:',
    reset_link,
    'If it was not you, do nothing: whoever it was has learned nothing.',
  );
}

export function resetPasswordLetter(link: string): Letter {
  return letter(
    'Choose a new password',
    'Somebody, most probably you, forgot the password of your account at Florin. Open this link within an hour to choose a new one:',
    link,
    'If it was not you, do nothing: the old password stays.',
  );
}

export function passwordChangedLetter(reset_url: string): Letter {
  return letter(
    'Your password was changed',
    'The password of your account at Florin was changed, and everything that was signed in has been signed out.',
    'If it was not you, choose a new password at once:',
    reset_url,
  );
}

export function secondFactorLetter(change: 'added' | 'removed', security_url: string): Letter {
  return letter(
    change === 'added' ? 'A second factor was added' : 'A second factor was removed',
    change === 'added'
      ? 'From now on, signing in to your account at Florin asks for it after the password.'
      : 'Signing in to your account at Florin does not ask for it any more.',
    'If it was not you, sign in and look at your security settings at once:',
    security_url,
  );
}

export function emailChangedLetter(): Letter {
  return letter(
    'Your e-mail address was changed',
    'Your account at Florin belongs to another e-mail address from now on, as was approved in the browser.',
    'If it was not you, answer to whoever runs this installation at once.',
  );
}
