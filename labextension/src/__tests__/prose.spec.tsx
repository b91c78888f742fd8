import * as React from 'react';
import { Words } from '../components/prose';

const { renderToStaticMarkup } = jest.requireActual<{
  renderToStaticMarkup: (element: JSX.Element) => string;
}>('react-dom/server');

/** The words as HTML, without the direction that each part takes from its own letters. */
const shown = (html: string) =>
  renderToStaticMarkup(<Words html={html} className="am-Answer" />).replace(/ dir="auto"/g, '');

describe('the words of an answer', () => {
  it('keep their emphasis, lists and tables', () => {
    const html =
      '<p><strong>ORD</strong> leads: <code>17,283</code></p><ol start="3"><li>c<br>d</li></ol><table><tbody><tr><td>1</td></tr></tbody></table>';
    expect(shown(html)).toBe(
      `<div class="am-Prose am-Answer">${html.replace('<br>', '<br/>')}</div>`
    );
  });

  it('are nothing where there are none', () => {
    expect(shown('')).toBe('');
  });

  it.each([
    ['<img src="http://canary.example/x" onerror="alert(1)">', ''],
    ['<p onclick="alert(1)" style="position:fixed">a</p>', '<p>a</p>'],
    ['<script>alert(1)</script>', 'alert(1)'],
    ['<a href="javascript:alert(1)">b</a>', 'b'],
    ['<svg><text>c</text></svg>', 'c'],
    ['<iframe src="http://canary.example"></iframe>', '']
  ])('hold nothing that loads or runs: %s', (html, expected) => {
    expect(shown(`<p>x</p>${html}`)).toBe(
      `<div class="am-Prose am-Answer"><p>x</p>${expected}</div>`
    );
  });
});
