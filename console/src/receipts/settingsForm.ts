import type { Purpose } from '@/consent/types';
import type { ReceiptSettings } from './api';

/** `consents` are the codes of the purposes as JSON. */
export type SettingsForm = Record<'valid_hours' | 'consents', string>;

export const EMPTY: SettingsForm = { valid_hours: '24', consents: '[]' };
export const CONSENTS_MAX = 10;

export const formOf = ({ valid_hours, consents }: ReceiptSettings): SettingsForm => ({
  valid_hours: String(valid_hours),
  consents: JSON.stringify(consents.map(({ purpose }) => purpose)),
});

export const purposesOf = (form: Pick<SettingsForm, 'consents'>) => JSON.parse(form.consents) as string[];

/** The newest text in that language; the newest of all where there is none. Texts come the newest first. */
function newest({ texts }: Purpose, language: string): string {
  return (texts.find(({ locale }) => locale.startsWith(language)) ?? texts[0])?.version ?? '';
}

/** A purpose that is not registered any more keeps the texts that it has. */
export function settingsOf(form: SettingsForm, purposes: Purpose[], before: ReceiptSettings) {
  const consents = purposesOf(form).flatMap((code) => {
    const purpose = purposes.find((one) => one.code === code);
    const kept = before.consents.find((one) => one.purpose === code);
    if (!purpose) return kept ? [kept] : [];
    return [{ purpose: code, text_zh: newest(purpose, 'zh'), text_en: newest(purpose, 'en') }];
  });
  return { valid_hours: Number(form.valid_hours), consents };
}

export function isHours(text: string): boolean {
  return /^\d{1,3}$/.test(text.trim()) && Number(text) >= 1 && Number(text) <= 720;
}
