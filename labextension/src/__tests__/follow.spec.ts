import { Following } from '../follow';

let observed: () => void = () => undefined;
window.ResizeObserver = class {
  constructor(callback: ResizeObserverCallback) {
    observed = () => callback([], this);
  }
  observe = () => undefined;
  unobserve = () => undefined;
  disconnect = () => undefined;
};

/** A view of 500 pixels on two questions, the second of which begins at 300; `height` is that of all of it. */
function view(height: number) {
  const scroller = document.createElement('div');
  const content = document.createElement('div');
  for (const top of [0, 300]) {
    const turn = document.createElement('article');
    turn.className = 'am-Turn';
    Object.defineProperty(turn, 'offsetTop', { value: top });
    content.append(turn);
  }
  scroller.append(content);
  const size = { height };
  Object.defineProperty(scroller, 'scrollHeight', { get: () => size.height });
  Object.defineProperty(scroller, 'clientHeight', { value: 500 });
  const heard: boolean[] = [];
  const following = new Following(scroller, content, follows => heard.push(follows));
  return { scroller, size, heard, following };
}

const scroll = (scroller: HTMLElement, to: number) => {
  scroller.dispatchEvent(new Event('wheel'));
  scroller.scrollTop = to;
  scroller.dispatchEvent(new Event('scroll'));
};

test('the newest question stays in view however long its answer grows', () => {
  const { scroller, size } = view(600);
  observed();
  expect(scroller.scrollTop).toBe(100); // the end: all of the answer is seen
  size.height = 5000;
  observed();
  expect(scroller.scrollTop).toBe(300); // the question at the top, and not the end of its answer
});

test('who scrolls away is left there, and followed again at the newest question', () => {
  const { scroller, size, heard, following } = view(5000);
  observed();
  scroll(scroller, 40);
  size.height = 6000;
  observed();
  expect([scroller.scrollTop, heard]).toEqual([40, [false]]);
  scroll(scroller, 290);
  expect(heard).toEqual([false, true]);
  scroll(scroller, 0);
  following.follow();
  expect([scroller.scrollTop, heard]).toEqual([300, [false, true, false, true]]);
});

test('a scroll that no hand made is none of the reader', () => {
  const { scroller, heard } = view(5000);
  observed();
  scroller.scrollTop = 0;
  scroller.dispatchEvent(new Event('scroll'));
  expect(heard).toEqual([]);
});
