import { useT } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import { HEALTH_TONES, healthOf } from './health';
import type { Webhook } from './types';

export function HealthChip({ webhook }: { webhook: Webhook }) {
  const health = healthOf(webhook);
  return <Chip tone={HEALTH_TONES[health]}>{useT().webhooks.health[health]}</Chip>;
}
