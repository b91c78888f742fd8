import { Frame } from './protocol';
import { Step, Turn } from './turns';
import { trans } from './translation';

/** A number of seconds as people say it. */
export function seconds(value: number): string {
  return trans.numeral(value < 9.95 ? `${value.toFixed(1)} s` : `${Math.round(value)} s`);
}

/** A number of bytes as people say it. */
export function size(bytes: number): string {
  const units = [trans.__('bytes'), 'kB', 'MB', 'GB'];
  let unit = 0;
  let value = bytes;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const number = unit && value < 9.95 ? value.toFixed(1) : String(Math.round(value));
  return `${trans.numeral(number)} ${units[unit]}`;
}

/** The shape of a frame in a few letters; a connection's kind says it all. */
export function shape(frame: Frame): string {
  if (frame.connection) {
    return frame.kind;
  }
  const rows = frame.rows === null ? frame.kind : trans.number(frame.rows);
  return frame.width ? `${rows} × ${frame.width}` : rows;
}

/** What the engine is at, in words. */
export function doing(step: Step): string {
  switch (step.stage) {
    case 'context':
      return trans.__('Reading the frames');
    case 'model':
      return trans.__('%1 is writing', step.text);
    case 'checks':
      return trans.__('Checking the code');
    case 'sandbox':
      return trans.__('Running in the sandbox');
    case 'transfer':
      return step.text;
    case 'tool':
      return trans.__('Asking %1', step.text);
    case 'repair':
      return trans.__('Mending the code');
  }
}

/** How a question stands, for a screen reader. */
export function standing(turn: Turn): string {
  switch (turn.status) {
    case 'done':
      return turn.done.stopped
        ? trans.__('Stopped')
        : turn.done.ok
          ? trans.__('Answered')
          : trans.__('Failed');
    case 'past':
      return turn.past.ok ? trans.__('Answered earlier') : trans.__('Failed earlier');
    case 'lost':
      return trans.__('Lost');
    case 'found':
      return trans.__('Findings');
    case 'investigating':
      return turn.plan.over
        ? trans.__('Investigated')
        : turn.plan.waiting
          ? trans.__('Waiting for your word')
          : trans.__('Working');
    case 'sending':
    case 'running':
      return trans.__('Working');
  }
}

/** A day and a time, as they are said here. */
export function moment(time: number): string {
  return new Date(time).toLocaleString(trans.language, {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit'
  });
}
