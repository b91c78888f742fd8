import { ToPanel } from '../protocol';
import { Action, EMPTY, questions, reduce, running, search, State } from '../state';
import { contract } from './contract';

const messages = contract('to_panel').examples as ToPanel[];
const done = messages.find(message => message.type === 'done') as ToPanel & { type: 'done' };

function after(...actions: Action[]): State {
  return actions.reduce(reduce, EMPTY);
}

function received(message: object): Action {
  return { type: 'received', message: message as ToPanel, buffer: null };
}

const begun = (id: string, question = id) =>
  received({ type: 'begun', id, question, elapsed: 0, cell: '' });
const ended = (id: string, more = {}) => received({ ...done, id, ...more });

describe('the state of a conversation', () => {
  it('has frames and settings only where the kernel is connected', () => {
    const frames = received({ type: 'frames', frames: [] });
    expect(after({ type: 'connected' }, frames).link).toHaveProperty('frames', []);
    const gone = after({ type: 'connected' }, frames, { type: 'linked', at: 'lost' });
    expect(gone.link).toEqual({ at: 'lost' });
  });

  it('keeps a draft, and ends a preview when the question is changed', () => {
    const preview = { question: 'a', text: 't', size: 's', remote: true, model: 'm' };
    const state = after({ type: 'wrote', draft: 'a' }, { type: 'previewed', preview });
    expect(state.preview).toEqual(preview);
    expect(reduce(state, { type: 'wrote', draft: 'a' })).toBe(state);
    expect(reduce(state, { type: 'wrote', draft: '' }).preview).toBeNull();
    expect(reduce(state, { type: 'asked', id: '1', question: 'a' }).preview).toBeNull();
  });

  it('takes an end for a turn that runs alone, and no second one', () => {
    const state = after(begun('1'), ended('1', { answer: 'first' }));
    expect(reduce(state, ended('1', { answer: 'second' }))).toBe(state);
    expect(reduce(state, ended('2'))).toBe(state);
    expect(state.turns[0]).toHaveProperty('done.answer', 'first');
    expect(state.turns[0]).not.toHaveProperty('steps');
  });

  it('loses what the kernel had not answered, with what was written', () => {
    const delta = received({ type: 'delta', id: '2', text: 'Half' });
    const state = after(begun('1'), ended('1'), begun('2'), delta, { type: 'gone' });
    expect(state.turns.map(turn => turn.status)).toEqual(['done', 'lost']);
    expect(state.turns[1]).toHaveProperty('streamed', 'Half');
    expect(running(state)).toBeUndefined();
  });

  it('puts the questions of an earlier kernel first, each once', () => {
    const past = messages.find(message => message.type === 'past') as ToPanel & { type: 'past' };
    const [entry] = past.turns;
    const here = after(begun('1'), ended('1', { history: entry.history }));
    expect(reduce(here, received(past)).turns).toHaveLength(1);
    const both = after(begun('1'), ended('1', { history: 99 }), received(past), received(past));
    expect(both.turns.map(turn => turn.status)).toEqual(['past', 'done']);
  });

  it('forgets what is answered, and goes on with what runs', () => {
    const state = after(begun('1'), ended('1'), begun('2'), { type: 'forgot', turns: 'all' });
    expect(state.turns.map(turn => turn.id)).toEqual(['2']);
  });

  it('finds turns by words of question, answer or code, and recalls each question once', () => {
    const state = after(
      begun('1', 'Total revenue'),
      ended('1', { answer: 'It is 70.', code: 'SELECT SUM(x)' }),
      begun('2', 'Mean delay'),
      begun('3', 'Total revenue')
    );
    const found = (words: string) => search(state.turns, words).map(turn => turn.id);
    expect([found('TOTAL rev'), found('sum('), found('70 revenue'), found('nothing')]).toEqual([
      ['1', '3'],
      ['1'],
      ['1'],
      []
    ]);
    expect(questions(state.turns)).toEqual(['Total revenue', 'Mean delay']);
  });

  it('is the same object where nothing changed', () => {
    const state = after({ type: 'connected' });
    expect(reduce(state, { type: 'connected' })).toBe(state);
    expect(
      reduce(state, received({ type: 'stage', id: 'x', stage: 'model', text: '', elapsed: 0 }))
    ).toBe(state);
  });
});
