// What went wrong, for pages that want to tell: the part that failed and one sentence.
export type ErrorPart = 'manifest' | 'photo' | 'depth' | 'texture' | 'webgl' | 'clip' | 'mode';

export class PhotoError extends Error {
    constructor(
        readonly part: ErrorPart,
        message: string,
    ) {
        super(message);
    }
}
