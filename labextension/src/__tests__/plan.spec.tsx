import { act, configure, fireEvent, render, screen, waitFor } from '@testing-library/react';
import * as React from 'react';
import { Transcript } from '../components/transcript';
import { Conversation } from '../conversation';
import { readDraft } from '../complete';
import { ToPanel } from '../protocol';
import { EMPTY, reduce, running } from '../state';
import { useConversation } from '../store';
import { contract } from './contract';
import { Session } from './session';

jest.setTimeout(60_000);
configure({ asyncUtilTimeout: 20_000 });

window.ResizeObserver = class {
  observe = () => undefined;
  unobserve = () => undefined;
  disconnect = () => undefined;
};
Element.prototype.scrollTo = () => undefined;
Element.prototype.scrollIntoView = jest.fn();
(window as { CSS?: unknown }).CSS = { escape: (text: string) => text };

const examples = contract('to_panel').examples as ToPanel[];
const PLAN = examples.find(message => message.type === 'plan')! as ToPanel & { type: 'plan' };
const FINDINGS = examples.find(message => message.type === 'findings')!;
const step = (question: string) => ({ question, about: '', state: 'planned', turn: '' });

it('reads that a question is to be investigated', () => {
  expect(readDraft('/investigate Why did it fall?', [])).toEqual({
    text: 'Why did it fall?',
    draft: '/investigate Why did it fall?',
    investigate: true
  });
});

it('holds an investigation open until its last word, and as interrupted when the kernel goes', () => {
  const receive = (state: typeof EMPTY, message: ToPanel) =>
    reduce(state, { type: 'received', message, buffer: null });
  const begun = receive(EMPTY, PLAN);
  expect(running(begun)?.id).toBe('q9');
  expect(running(receive(begun, { ...PLAN, over: true }))).toBeUndefined();
  const gone = reduce(begun, { type: 'gone' });
  expect(running(gone)).toBeUndefined();
  expect(JSON.stringify(gone.turns)).toContain('Ask the same again');
});

it('lets a plan be changed, reordered, cut and approved, then shows its steps and what they found', async () => {
  const session = new Session();
  const conversation = new Conversation(session.context);
  await conversation.look();
  const Shown = () => (
    <Transcript
      conversation={conversation}
      turns={useConversation(conversation).turns}
      whole
      children={null}
    />
  );
  render(<Shown />);
  const say = (...messages: object[]) =>
    act(async () => {
      messages.forEach(message => session.say(message));
      await new Promise(resolve => setTimeout(resolve, 40));
    });
  await say({ ...PLAN, steps: [step('First'), step('Second'), step('Third')] });
  fireEvent.change(await screen.findByLabelText('Step 2'), {
    target: { value: 'Second, by region' }
  });
  fireEvent.click(screen.getByLabelText('Move step 2 up'));
  fireEvent.click(screen.getByLabelText('Leave out step 3'));
  fireEvent.click(screen.getByText('Approve'));
  expect(session.sent.filter(message => message.type === 'approve')).toEqual([
    {
      type: 'approve',
      id: 'q9',
      steps: [
        { place: 1, question: 'Second, by region' },
        { place: 0, question: 'First' }
      ]
    }
  ]);

  const steps = [
    { question: 'Second, by region', about: '', state: 'done', turn: 'q9-step-1' },
    { question: 'First', about: '', state: 'running', turn: 'q9-step-2' }
  ];
  await say(
    { ...PLAN, waiting: false, steps, spent: '1 step · 2 s' },
    { type: 'begun', id: 'q9-step-2', question: 'First', elapsed: 0, step: 'Step 2 of 2' },
    FINDINGS
  );
  expect(screen.getByText('1 step · 2 s')).toBeTruthy();
  expect(screen.getByText('Step 2 of 2')).toBeTruthy();
  fireEvent.click(screen.getAllByText('Stop')[0]);
  expect(session.sent[session.sent.length - 1]).toEqual({ type: 'stop', id: 'q9' });
  await waitFor(() => expect(screen.getByText(/✓ supported, confidence high/)).toBeTruthy());
  fireEvent.click(screen.getByRole('button', { name: 'Step 2' }));
  expect(Element.prototype.scrollIntoView).toHaveBeenCalled();
  expect(document.activeElement?.getAttribute('data-turn')).toBe('q9-step-2');
});
