import { expect, test } from 'vitest';
import { pairOf } from '../../src/depth';
import { findGDepth, nearnessOf } from '../../src/gdepth';
import { jpegWithDepth } from '../jpeg';

const data = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNiAAAABgADNjd8qAAAAABJRU5ErkJggg==';

test('depth is found in plain XMP, as attributes and as elements', () => {
    const attributes = `<rdf GDepth:Format="RangeInverse" GDepth:Mime="image/jpeg" GDepth:Data="${data}"/>`;
    expect(findGDepth(jpegWithDepth(attributes))!.address).toBe(`data:image/jpeg;base64,${data}`);
    const elements = `<GDepth:Mime>image/png</GDepth:Mime><GDepth:Data>${data}</GDepth:Data>`;
    expect(findGDepth(jpegWithDepth(elements))!.address).toBe(`data:image/png;base64,${data}`);
});

test('extended XMP is put together in its own order', () => {
    const plain = '<rdf GDepth:Format="RangeInverse" GDepth:Mime="image/png"/>';
    const found = findGDepth(jpegWithDepth(plain, `<rdf GDepth:Data="${data}"/>`));
    expect(found!.address).toBe(`data:image/png;base64,${data}`);
});

test('a JPEG without depth, and what is no JPEG, have none', () => {
    expect(findGDepth(jpegWithDepth('<rdf/>'))).toBeUndefined();
    expect(findGDepth(new Uint8Array([0x89, 0x50, 0x4e, 0x47]))).toBeUndefined();
    expect(findGDepth(new Uint8Array())).toBeUndefined();
});

test('black is near, and distances become inverse', () => {
    const inverse = nearnessOf('RangeInverse', 1, 10);
    expect([inverse(0), inverse(255)]).toEqual([255, 0]);
    const linear = nearnessOf('RangeLinear', 1, 3);
    expect(linear(0)).toBeCloseTo(255);
    expect(linear(255)).toBeCloseTo(0);
    // Half way, at a distance of 2: (1/2 − 1/3) of (1 − 1/3).
    expect(linear(127.5)).toBeCloseTo(255 / 4);
});

test("Facebook's pair is named by a rule", () => {
    expect(pairOf('https://photos.test/a.b/cat.jpg')).toBe('https://photos.test/a.b/cat_depth.png');
    expect(pairOf('cat.jpeg?size=2')).toBe('cat_depth.png?size=2');
});
