import { isAnalystCell, readCell } from '../cells';
import { cellCases } from './contract';

describe('a cell', () => {
  it.each(cellCases())('is read as the kernel reads it: $source', ({ source, question, code }) => {
    expect(readCell(source)).toEqual({ question, code });
  });

  it('is one of ours, with or without a question', () => {
    expect(isAnalystCell('%%analyst')).toBe(true);
    expect(isAnalystCell('%%analystic\nHow many?')).toBe(false);
  });
});
