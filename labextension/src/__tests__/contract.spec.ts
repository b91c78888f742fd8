import { isOfTurn, ToPanel } from '../protocol';
import { codeOf, taken, Turn } from '../turns';
import { check, contract } from './contract';

/** The examples of an answer, without those of an investigation, whose turns are other ones. */
function ofAnAnswer() {
  const messages = (contract('to_panel').examples as ToPanel[]).filter(isOfTurn);
  return messages.filter(message => message.type !== 'plan' && message.type !== 'findings');
}

describe('the contract', () => {
  it.each(['to_kernel', 'to_panel'] as const)('%s holds its own examples', name => {
    for (const example of contract(name).examples) {
      check(name, example);
    }
  });

  it('gives an answer as a person sees it', () => {
    const messages = ofAnAnswer();
    const turns = messages.reduce<readonly Turn[]>((found, message) => taken(found, message), []);
    expect(turns).toHaveLength(1);
    const [turn] = turns;
    if (turn.status !== 'done') {
      throw new Error(turn.status);
    }
    expect(turn.results.map(result => result.kind)).toEqual([
      'table',
      'document',
      'figure',
      'text'
    ]);
    expect(turn.done.cell).toContain('%%analyst');
    expect(turn.sent).toHaveLength(1);
    expect(turn.proseHtml).toBe('<p>The total</p>');
    expect(codeOf(turn.streamed)).toEqual({
      code: 'SELECT region, SUM(revenue) FROM sales GROUP BY 1',
      language: 'sql'
    });
  });

  it('says nothing twice when the kernel tells a conversation again', () => {
    const messages = ofAnAnswer();
    const turns = [...messages, ...messages].reduce<readonly Turn[]>(
      (found, m) => taken(found, m),
      []
    );
    expect(turns).toHaveLength(1);
    expect(turns[0]).toHaveProperty('results.length', 4);
  });
});
