import { Done, Failure, Findings, OfTurn, Past, Plan, Result, Stage } from './protocol';
import { trans } from './translation';

/** One thing that the engine did, and when it began, in seconds since the question. */
export interface Step {
  readonly stage: Stage;
  readonly text: string;
  readonly began: number;
}

/** A result with what came beside it. */
export interface Shown extends Result {
  readonly buffer: DataView | null;
}

interface Asked {
  readonly id: string;
  readonly question: string;
  /** `Date.now()` at the question. */
  readonly asked: number;
  /** The notebook's cell that asked; empty for a question of the panel. */
  readonly cell: string;
  /** Which step of an investigation it is. */
  readonly step?: string;
}

/** What has come of an answer. */
interface Written {
  /** What the model wrote so far. */
  readonly streamed: string;
  /** Its prose, as HTML that the kernel made harmless. */
  readonly proseHtml: string;
  /** What the code printed so far. */
  readonly printed: string;
  readonly sent: readonly string[];
  readonly results: readonly Shown[];
}

/** A question that the kernel has not taken yet. */
export interface Sending extends Asked {
  readonly status: 'sending';
}

export interface Running extends Asked, Written {
  readonly status: 'running';
  readonly steps: readonly Step[];
}

/** A question whose answer is there; it may be a failure, or what was written before it was stopped. */
export interface Answered extends Asked, Written {
  readonly status: 'done';
  readonly done: Done;
}

/** A question whose kernel went away before the end. */
export interface Lost extends Asked, Written {
  readonly status: 'lost';
}

/** A question of an earlier kernel, as the history has it: its results are not kept there. */
export interface Earlier extends Asked {
  readonly status: 'past';
  readonly past: Past;
}

/** An investigation: its plan, and how far it is. Its steps are turns of their own. */
export interface Investigating extends Asked {
  readonly status: 'investigating';
  readonly plan: Plan;
}

/** The end of an investigation. */
export interface Found extends Asked {
  readonly status: 'found';
  readonly findings: Findings;
}

/** One question and all that is known of its answer. */
export type Turn = Sending | Running | Answered | Lost | Earlier | Investigating | Found;

const NOTHING: Written = { streamed: '', proseHtml: '', printed: '', sent: [], results: [] };

/** A question that is about to be sent. */
export function newTurn(id: string, question: string): Sending {
  return { status: 'sending', id, question, asked: Date.now(), cell: '' };
}

/** The turns after a message of the kernel; `begun` starts its turn anew, as it begins a replay too. */
export function taken(
  turns: readonly Turn[],
  message: OfTurn,
  buffer: DataView | null = null
): readonly Turn[] {
  const index = turns.findIndex(known => known.id === message.id);
  if (message.type === 'plan' || message.type === 'findings') {
    const made = investigated(turns[index], message);
    return index < 0 ? [...turns, made] : replaced(turns, index, made);
  }
  if (message.type === 'begun') {
    const begun: Running = {
      ...NOTHING,
      status: 'running',
      id: message.id,
      question: message.question,
      asked: Date.now() - message.elapsed * 1000,
      cell: message.cell ?? '',
      step: message.step,
      steps: []
    };
    return index < 0 ? [...turns, begun] : replaced(turns, index, begun);
  }
  const turn = turns[index];
  if (message.type === 'redrawn') {
    return turn && 'results' in turn ? replaced(turns, index, redrawn(turn, message)) : turns;
  }
  return turn?.status === 'running'
    ? replaced(turns, index, continued(turn, message, buffer))
    : turns;
}

function investigated(
  turn: Turn | undefined,
  message: Extract<OfTurn, { type: 'plan' | 'findings' }>
): Turn {
  const { id, question } = message;
  const asked = { id, question, asked: turn?.asked ?? Date.now(), cell: '' };
  if (message.type === 'findings') {
    const { type: _type, id: _id, ...findings } = message;
    return { ...asked, status: 'found', findings };
  }
  const { type: _type, id: _id, ...plan } = message;
  return { ...asked, status: 'investigating', plan };
}

function replaced(turns: readonly Turn[], index: number, turn: Turn): readonly Turn[] {
  return turns.map((known, place) => (place === index ? turn : known));
}

function continued(
  turn: Running,
  message: Exclude<OfTurn, { type: 'begun' | 'redrawn' | 'plan' | 'findings' }>,
  buffer: DataView | null
): Turn {
  switch (message.type) {
    case 'stage':
      return staged(turn, message);
    case 'sent':
      return { ...turn, sent: [...turn.sent, message.text] };
    case 'delta':
      return { ...turn, streamed: turn.streamed + message.text };
    case 'printed':
      return { ...turn, printed: turn.printed + message.text };
    case 'prose':
      return { ...turn, proseHtml: message.html };
    case 'result': {
      const { index, kind, data, table, document, number } = message;
      const result = { index, kind, data, table, document, number, buffer };
      return { ...turn, results: [...turn.results, result] };
    }
    case 'done': {
      const { type: _type, id: _id, ...done } = message;
      const { steps: _steps, ...rest } = turn;
      return { ...rest, status: 'done', done };
    }
  }
}

/** A turn one of whose results is drawn in another way. */
function redrawn<T extends Written>(
  turn: T,
  { index, data }: { index: number; data: Record<string, unknown> }
): T {
  const results = turn.results.map(result =>
    result.index === index ? { ...result, data } : result
  );
  return { ...turn, results };
}

function staged(turn: Running, message: { stage: Stage; text: string; elapsed: number }): Running {
  const last = turn.steps[turn.steps.length - 1];
  if (last?.stage === message.stage) {
    return { ...turn, steps: [...turn.steps.slice(0, -1), { ...last, text: message.text }] };
  }
  const step = { stage: message.stage, text: message.text, began: message.elapsed };
  const anew = message.stage === 'model' ? { streamed: '', proseHtml: '' } : {};
  return { ...turn, ...anew, steps: [...turn.steps, step] };
}

/** The turns when the kernel is gone: what it had not answered it will not answer. */
export function lost(
  turns: readonly Turn[],
  which: (turn: Turn) => boolean = () => true
): readonly Turn[] {
  return turns.map(turn => {
    if (turn.status === 'sending' && which(turn)) {
      return { ...turn, ...NOTHING, status: 'lost' };
    }
    if (turn.status === 'running' && which(turn)) {
      const { steps: _steps, ...rest } = turn;
      return { ...rest, status: 'lost' };
    }
    if (turn.status === 'investigating' && !turn.plan.over && which(turn)) {
      const note = trans.__(
        'The kernel went away. Ask the same again: what is done is not done twice.'
      );
      const plan = { ...turn.plan, waiting: false, over: true, notes: [...turn.plan.notes, note] };
      return { ...turn, plan };
    }
    return turn;
  });
}

/** The turns with those of the history that are not among them, which come first. */
export function withPast(turns: readonly Turn[], past: readonly Past[]): readonly Turn[] {
  const known = new Set<number | null>(
    turns.map(turn =>
      turn.status === 'done' ? turn.done.history : turn.status === 'past' ? turn.past.history : null
    )
  );
  const earlier = past
    .filter(entry => !known.has(entry.history))
    .map((entry): Earlier => ({
      status: 'past',
      id: `history-${entry.history}`,
      question: entry.question,
      asked: Date.parse(entry.at),
      cell: '',
      past: entry
    }));
  return earlier.length ? [...earlier, ...turns] : turns;
}

/** Whether a question is still to be answered. */
export function isOpen(turn: Turn): turn is Sending | Running | Investigating {
  return (
    turn.status === 'sending' ||
    turn.status === 'running' ||
    (turn.status === 'investigating' && !turn.plan.over)
  );
}

/** A failure of the panel's own, in the form in which the kernel tells one. */
export function failure(message: string, nextStep = ''): Failure {
  return { kind: 'PanelError', message, next_step: nextStep, detail: '' };
}

/** The question that the last answer asks back, and that waits for its own answer. */
export function askedBack(turns: readonly Turn[]): Turn | null {
  const last = turns[turns.length - 1];
  return last?.status === 'done' && last.done.kind === 'question' ? last : null;
}

/** The code of an answer that is still being written. */
export function codeOf(streamed: string): { code: string; language: string } {
  const fence = /^```([\w-]*)[^\n]*\n?/m.exec(streamed);
  if (!fence) {
    return { code: '', language: '' };
  }
  const rest = streamed.slice(fence.index + fence[0].length);
  const end = rest.search(/^```/m);
  return {
    code: (end < 0 ? rest : rest.slice(0, end)).replace(/\n$/, ''),
    language: fence[1].startsWith('sql') ? 'sql' : 'python'
  };
}
