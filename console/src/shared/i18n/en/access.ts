import type { Messages } from '../zh';
import { plural } from './plural';

export const access: Messages['access'] = {
  title: 'Sign in',
  heading: 'Sign in to Perennial',
  email: 'E-mail',
  password: 'Password',
  signIn: 'Sign in',
  otherWay: 'Sign in another way',
  rateLimited: (seconds) => `Too many tries. Try again in ${plural(seconds, 'second')}.`,
  tryNow: 'You can try again now.',
  linkWorking: 'Signing in with the one-time link',
  linkFailed: 'The one-time link did not sign you in',
  linkFailedText: 'A link can be used once. Ask an administrator for a new one, or sign in with e-mail and password.',
  setPasswordHeading: 'Set up your account',
  setPasswordText: 'From now on you sign in with this e-mail and password.',
  togglePassword: 'Show or hide the password',
  name: 'Name',
  newPassword: 'New password',
  passwordHint: 'At least 12 characters. A few unrelated words are easiest to remember.',
  passwordTooShort: 'At least 12 characters',
  savePassword: 'Save and continue',
  required: 'Required',
  help: 'If you forgot the password, ask an administrator for a new sign-in link.',
};
