// A JPEG of nothing but metadata, as cameras write GDepth: the plain XMP, then the extended one in
// pieces, here in the wrong order.
const ascii = (text: string): Buffer => Buffer.from(text, 'latin1');
const number = (value: number): Buffer => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return bytes;
};

function app1(...parts: Buffer[]): Buffer {
    const body = Buffer.concat(parts);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(body.length + 2);
    return Buffer.concat([Buffer.from([0xff, 0xe1]), length, body]);
}

export function jpegWithDepth(plain: string, extended = '', piece = 40): Uint8Array {
    const pieces = [];
    for (let at = 0; at < extended.length; at += piece) {
        pieces.push(
            app1(
                ascii('http://ns.adobe.com/xmp/extension/\0'),
                ascii('0123456789ABCDEF0123456789ABCDEF'),
                number(extended.length),
                number(at),
                ascii(extended.slice(at, at + piece)),
            ),
        );
    }
    return Buffer.concat([
        Buffer.from([0xff, 0xd8]),
        app1(ascii('Exif\0\0')),
        app1(ascii('http://ns.adobe.com/xap/1.0/\0'), ascii(plain)),
        ...pieces.reverse(),
        Buffer.from([0xff, 0xda, 0, 2]),
    ]);
}
