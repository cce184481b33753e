import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { pictureAt, launch, settled, told, visit } from './visit';
import { PNG } from 'pngjs';

// Ten frames from black to white, every one of them a whole picture.
const clip = readFileSync(new URL('../clip.webm', import.meta.url));

function brightness(png: Buffer): number {
    const { data, width, height } = PNG.sync.read(png);
    let sum = 0;
    for (let i = 0; i < data.length; i += 4) sum += data[i]!;
    return sum / (width * height);
}

test('the pointer goes through the clip, from its start at the left to its end', async () => {
    const browser = await launch();
    const { page, complaints, close } = await visit(
        browser,
        `<photo-3d mode="seek" src="clip.webm" alt="It grows light" idle="none"
            style="width:64px;height:48px"></photo-3d>`,
        { 'clip.webm': clip },
    );
    await settled(page);
    expect(await told(page)).toEqual([['ready', null, undefined]]);
    const at = async (x: number): Promise<number> => {
        await pictureAt(page, x);
        await page.waitForFunction(() => {
            const root = document.querySelector('photo-3d')!.shadowRoot!;
            return !root.querySelector('video')!.seeking;
        });
        return brightness(await page.locator('photo-3d').screenshot());
    };
    const [start, middle, end] = [await at(-1), await at(0), await at(0.99)];
    expect(start).toBeLessThan(middle - 50);
    expect(middle).toBeLessThan(end - 50);
    expect(complaints).toEqual([]);
    await close();
    await browser.close();
});
