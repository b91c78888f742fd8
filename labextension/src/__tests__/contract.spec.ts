import { isOfTurn, ToPanel } from '../protocol';
import { parts, take, Turn } from '../turns';
import { check, contract } from './contract';

describe('the contract', () => {
  it.each(['to_kernel', 'to_panel'] as const)('%s holds its own examples', name => {
    for (const example of contract(name).examples) {
      check(name, example);
    }
  });

  it('gives an answer as a person sees it', () => {
    const turns: Turn[] = [];
    for (const message of contract('to_panel').examples as ToPanel[]) {
      if (isOfTurn(message)) {
        take(turns, message);
      }
    }
    expect(turns).toHaveLength(1);
    const [turn] = turns;
    expect(turn.status).toBe('done');
    expect(turn.results.map(result => result.kind)).toEqual([
      'table',
      'document',
      'figure',
      'text'
    ]);
    expect(turn.done?.cell).toContain('%%analyst');
    expect(turn.sent).toHaveLength(1);
    expect(parts(turn.streamed)).toEqual({
      prose: 'The total by region.',
      code: 'SELECT region, SUM(revenue) FROM sales GROUP BY 1',
      language: 'sql'
    });
  });

  it('says nothing twice when the kernel tells a conversation again', () => {
    const turns: Turn[] = [];
    const told = (contract('to_panel').examples as ToPanel[]).filter(isOfTurn);
    for (const message of [...told, ...told]) {
      take(turns, message);
    }
    expect(turns).toHaveLength(1);
    expect(turns[0].results).toHaveLength(4);
  });
});
