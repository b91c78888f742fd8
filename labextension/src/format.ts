import { Frame } from './protocol';
import { Step, Turn } from './turns';

/** A number of seconds as people say it. */
export function seconds(value: number): string {
  return value < 9.95 ? `${value.toFixed(1)} s` : `${Math.round(value)} s`;
}

/** A number of bytes as people say it. */
export function size(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB'];
  let unit = 0;
  let value = bytes;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit && value < 9.95 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** The shape of a frame in a few letters; a connection's kind says it all. */
export function shape(frame: Frame): string {
  if (frame.connection) {
    return frame.kind;
  }
  const rows = frame.rows === null ? frame.kind : frame.rows.toLocaleString('en');
  return frame.width ? `${rows} × ${frame.width}` : rows;
}

/** What the engine is at, in words. */
export function doing(step: Step): string {
  switch (step.stage) {
    case 'context':
      return 'Reading the frames';
    case 'model':
      return `${step.text} is writing`;
    case 'checks':
      return 'Checking the code';
    case 'sandbox':
      return 'Running in the sandbox';
    case 'transfer':
      return step.text;
    case 'tool':
      return `Asking ${step.text}`;
    case 'repair':
      return 'Mending the code';
  }
}

/** How a question stands, for a screen reader. */
export function standing(turn: Turn): string {
  switch (turn.status) {
    case 'done':
      return turn.done.stopped ? 'Stopped' : turn.done.ok ? 'Answered' : 'Failed';
    case 'past':
      return turn.past.ok ? 'Answered earlier' : 'Failed earlier';
    case 'lost':
      return 'Lost';
    case 'found':
      return 'Findings';
    case 'investigating':
      return turn.plan.over
        ? 'Investigated'
        : turn.plan.waiting
          ? 'Waiting for your word'
          : 'Working';
    case 'sending':
    case 'running':
      return 'Working';
  }
}

/** A day and a time, as they are said here. */
export function moment(time: number): string {
  return new Date(time).toLocaleString([], {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit'
  });
}
