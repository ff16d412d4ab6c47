import { modelMessages } from '../../messages/models.ts';
import { say } from './say.ts';
import type { Style } from './style.ts';

/** `8 s`, `3 min 20 s`, `2 h 5 min`. */
export function timeLeft(seconds: number, { language }: Style): string {
  const messages = modelMessages[language];
  const whole = Math.max(0, Math.ceil(seconds));
  const minutes = Math.floor(whole / 60);
  if (minutes === 0) return say(messages.secondsLeft, { seconds: whole });
  if (minutes < 60) return say(messages.minutesLeft, { minutes, seconds: whole % 60 });
  return say(messages.hoursLeft, { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
}
