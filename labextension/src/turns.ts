import { OfTurn, Done, Failure, Result, Stage } from './protocol';

/** One thing that the engine did, and when it began, in seconds since the question. */
export interface Step {
  stage: Stage;
  text: string;
  began: number;
}

/** A result with what came beside it. */
export interface Shown extends Result {
  buffer: DataView | null;
}

/** One question and all that is known of its answer. */
export interface Turn {
  id: string;
  question: string;
  /** `sending` until the kernel has it; `lost` where the kernel went away before the end. */
  status: 'sending' | 'running' | 'done' | 'lost';
  /** `Date.now()` at the question. */
  asked: number;
  steps: Step[];
  streamed: string;
  sent: string[];
  results: Shown[];
  done: Done | null;
  /** Grows with each change, so that a view knows whether to draw again. */
  version: number;
}

/** A question that is about to be sent. */
export function newTurn(id: string, question: string): Turn {
  return {
    id,
    question,
    status: 'sending',
    asked: Date.now(),
    steps: [],
    streamed: '',
    sent: [],
    results: [],
    done: null,
    version: 0
  };
}

/** Take a message of the kernel into the turns; `begun` starts its turn anew, as it begins a replay too. */
export function take(turns: Turn[], message: OfTurn, buffer: DataView | null = null): void {
  let turn = turns.find(known => known.id === message.id);
  if (message.type === 'begun') {
    const begun: Turn = {
      ...newTurn(message.id, message.question),
      status: 'running',
      asked: Date.now() - message.elapsed * 1000,
      version: (turn?.version ?? 0) + 1
    };
    if (turn) {
      turns[turns.indexOf(turn)] = begun;
    } else {
      turns.push(begun);
    }
    return;
  }
  if (!turn || turn.status === 'done') {
    return;
  }
  turn = turns[turns.indexOf(turn)];
  turn.version += 1;
  switch (message.type) {
    case 'stage':
      takeStage(turn, message);
      break;
    case 'sent':
      turn.sent.push(message.text);
      break;
    case 'delta':
      turn.streamed += message.text;
      break;
    case 'result': {
      const { index, kind, data, table, document, number } = message;
      turn.results.push({ index, kind, data, table, document, number, buffer });
      break;
    }
    case 'done': {
      const { type: _type, id: _id, ...done } = message;
      turn.done = done;
      turn.status = 'done';
      break;
    }
  }
}

function takeStage(turn: Turn, message: { stage: Stage; text: string; elapsed: number }): void {
  const last = turn.steps[turn.steps.length - 1];
  if (last?.stage === message.stage) {
    last.text = message.text;
    return;
  }
  if (message.stage === 'model') {
    turn.streamed = '';
  }
  turn.steps.push({ stage: message.stage, text: message.text, began: message.elapsed });
}

/** The kernel is gone: what it had not answered it will not answer. */
export function lose(turns: Turn[]): void {
  for (const turn of turns) {
    if (turn.status === 'sending' || turn.status === 'running') {
      turn.status = 'lost';
      turn.version += 1;
    }
  }
}

/** A failure of the panel's own, in the form in which the kernel tells one. */
export function failure(message: string, nextStep = ''): Failure {
  return { kind: 'PanelError', message, next_step: nextStep, detail: '' };
}

/** The question that the last answer asks back, and that waits for its own answer. */
export function askedBack(turns: Turn[]): Turn | null {
  const last = turns[turns.length - 1];
  return last?.status === 'done' && last.done?.kind === 'question' ? last : null;
}

/** The prose and the code of an answer that is still being written; the mark of its kind is not for readers. */
export function parts(streamed: string): { prose: string; code: string; language: string } {
  const fence = /^```([\w-]*)[^\n]*\n?/m.exec(streamed);
  if (!fence) {
    return { prose: streamed.replace(/^\s*(?:refusal|question):\s*/i, ''), code: '', language: '' };
  }
  const rest = streamed.slice(fence.index + fence[0].length);
  const end = rest.search(/^```/m);
  const code = end < 0 ? rest : rest.slice(0, end);
  const after = end < 0 ? '' : rest.slice(end).replace(/^```[^\n]*\n?/, '');
  return {
    prose: `${streamed.slice(0, fence.index)}${after}`.trim(),
    code: code.replace(/\n$/, ''),
    language: fence[1].startsWith('sql') ? 'sql' : 'python'
  };
}
