/** A drawn figure as a PNG: its drawings and canvases one over the other, on the page's ground. */
import { trans } from './translation';
export async function pictureOf(figure: HTMLElement): Promise<Blob> {
  const box = figure.getBoundingClientRect();
  const scale = 2; // as sharp as a screen of today
  const canvas = document.createElement('canvas');
  canvas.width = box.width * scale;
  canvas.height = box.height * scale;
  const context = canvas.getContext('2d')!;
  context.scale(scale, scale);
  context.fillStyle = groundOf(figure);
  context.fillRect(0, 0, box.width, box.height);
  for (const part of figure.querySelectorAll<HTMLCanvasElement | SVGSVGElement>(
    'canvas, svg.main-svg'
  )) {
    const { left, top, width, height } = part.getBoundingClientRect();
    const drawn = part instanceof HTMLCanvasElement ? part : await imageOf(part, width, height);
    context.drawImage(drawn, left - box.left, top - box.top, width, height);
  }
  return new Promise((resolve, reject) =>
    canvas.toBlob(
      blob => (blob ? resolve(blob) : reject(new Error(trans.__('The picture is too large.')))),
      'image/png'
    )
  );
}

/** What is behind a figure that is itself without ground. */
function groundOf(node: HTMLElement): string {
  for (let at: HTMLElement | null = node; at; at = at.parentElement) {
    const colour = getComputedStyle(at).backgroundColor;
    if (colour && colour !== 'rgba(0, 0, 0, 0)' && colour !== 'transparent') {
      return colour;
    }
  }
  return 'white';
}

async function imageOf(
  svg: SVGSVGElement,
  width: number,
  height: number
): Promise<CanvasImageSource> {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  copy.setAttribute('width', String(width));
  copy.setAttribute('height', String(height));
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
  await image.decode();
  return image;
}
