import { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { Widget } from '@lumino/widgets';
import { Progress } from '../progress';

/** Shows HTML as the page does. */
class Said extends Widget {
  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    const page = new DOMParser().parseFromString(String(model.data['text/html']), 'text/html');
    this.node.replaceChildren(...Array.from(page.body.childNodes));
  }
}

const model = (html: string) =>
  ({ data: { 'text/html': html } }) as unknown as IRenderMime.IMimeModel;

test('what is written so far stays unfolded while it grows', async () => {
  const said = new Said();
  const progress = new Progress(said as unknown as IRenderMime.IRenderer, () => null);
  const fold = () => said.node.querySelector('details')!;
  await progress.renderModel(model('1 s <details><summary>code</summary>SELECT</details>'));
  expect(fold().open).toBe(false);
  fold().open = true;
  await progress.renderModel(model('2 s <details><summary>code</summary>SELECT 1</details>'));
  expect(fold().open).toBe(true);
  expect(fold().textContent).toContain('SELECT 1');
});
