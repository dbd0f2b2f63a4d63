import type { Clock } from '@florin/chassis';
import { Fault } from '@florin/faults';
import type { Express, Response } from 'express';
import { z } from 'zod';
import { checkOrigin, formBody, formText } from '../browser/forms.js';
import { sendPage } from '../browser/page.js';
import { pageErrors } from '../browser/routes.js';
import { PASSWORD_MAX_LENGTH, PASSWORD_MIN_LENGTH } from '../domain/password-rules.js';
import type { AccountMail } from './account-mail.js';
import {
  doneBody,
  expiredLinkBody,
  forgotPasswordBody,
  lookIntoMailBody,
  newPasswordBody,
  registerBody,
  verifyEmailBody,
} from './account-pages.js';
import { emailSchema, fullNameSchema } from './person-fields.js';

interface Parts {
  accountMail: AccountMail;
  issuer: string;
  now: Clock;
}

const registration = z.object({ email: emailSchema, full_name: fullNameSchema });

/** What is done by mail: making an account, confirming an address, choosing a new password. */
export function accountMailRoutes(app: Express, parts: Parts): void {
  const { accountMail, issuer, now } = parts;
  const sameOrigin = checkOrigin(issuer);

  app.get('/register', (_request, response) => {
    sendPage(response, { title: 'Make an account', body: registerBody({}) });
  });
  app.post('/register', formBody, sameOrigin, (request, response) => {
    const typed = {
      email: formText(request, 'email').trim(),
      full_name: formText(request, 'full_name').trim(),
    };
    const { data } = registration.safeParse(typed);
    if (data === undefined) {
      const error = 'Enter your name, and an e-mail address such as ada@example.com.';
      return sendPage(response, { title: 'Make an account', body: registerBody({ ...typed, error }) }, 400);
    }
    accountMail.requestAccount(data, now());
    sendLookIntoMail(response, 'We have sent you a mail. Open the link in it to choose a password.');
  });

  app.get('/forgot-password', (_request, response) => {
    sendPage(response, { title: 'Choose a new password', body: forgotPasswordBody() });
  });
  app.post('/forgot-password', formBody, sameOrigin, (request, response) => {
    const email = emailSchema.safeParse(formText(request, 'email').trim());
    if (!email.success) {
      const error = 'Enter an e-mail address such as ada@example.com.';
      return sendPage(response, { title: 'Choose a new password', body: forgotPasswordBody(error) }, 400);
    }
    accountMail.requestPasswordReset(email.data, now());
    sendLookIntoMail(
      response,
      'If there is an account with this address, a mail with a link is on its way to it.',
    );
  });

  resetRoutes(app, parts);
  verificationRoutes(app, parts);
  app.use(['/register', '/forgot-password', '/reset-password', '/verify-email'], pageErrors());
}

function resetRoutes(app: Express, { accountMail, issuer, now }: Parts): void {
  const title = 'Choose a password';
  app.get('/reset-password', async (request, response) => {
    const token = textOf(request.query.token);
    if (!(await accountMail.isUsable('reset_password', token, now()))) return sendExpired(response);
    sendPage(response, { title, body: newPasswordBody({ token }) });
  });
  app.post('/reset-password', formBody, checkOrigin(issuer), async (request, response) => {
    const token = formText(request, 'token');
    const password = formText(request, 'new_password');
    const refuse = (error: string) =>
      sendPage(response, { title, body: newPasswordBody({ token, error }) }, 400);
    if (password.length < PASSWORD_MIN_LENGTH || password.length > PASSWORD_MAX_LENGTH) {
      return refuse(`The password must have ${PASSWORD_MIN_LENGTH} to ${PASSWORD_MAX_LENGTH} characters.`);
    }
    try {
      await accountMail.resetPassword(token, password, { now: now() });
    } catch (error) {
      if (error instanceof Fault && error.reason === 'WEAK_PASSWORD') return refuse(error.message);
      if (error instanceof Fault && error.reason === 'INVALID_TOKEN') return sendExpired(response);
      throw error;
    }
    sendPage(response, {
      title: 'The password is saved',
      body: doneBody('Whatever was signed in with your account has been signed out.'),
    });
  });
}

function verificationRoutes(app: Express, { accountMail, issuer, now }: Parts): void {
  app.get('/verify-email', async (request, response) => {
    const token = textOf(request.query.token);
    if (!(await accountMail.isUsable('verify_email', token, now()))) return sendExpired(response);
    sendPage(response, { title: 'Confirm your e-mail address', body: verifyEmailBody(token) });
  });
  app.post('/verify-email', formBody, checkOrigin(issuer), async (request, response) => {
    if (!(await accountMail.verifyEmail(formText(request, 'token'), now()))) return sendExpired(response);
    const body = doneBody('Your e-mail address is confirmed.');
    sendPage(response, { title: 'Thank you', body });
  });
}

function sendLookIntoMail(response: Response, what: string): void {
  sendPage(response, { title: 'Look into your mail', body: lookIntoMailBody(what) });
}

function sendExpired(response: Response): void {
  sendPage(response, { title: 'This link does not work any more', body: expiredLinkBody() }, 410);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
