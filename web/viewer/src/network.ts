// The worker of `auto-depth.ts`: runs diorama.onnx by ONNX Runtime, whose WebAssembly and its loader
// lie beside this script as the network does.
import { env, InferenceSession, Tensor } from 'onnxruntime-web/wasm';
import type { Size } from './measuring';

export interface Question {
    /** Three planes of this size, red, green, blue, −1 … 1. */
    readonly picture: Float32Array<ArrayBuffer>;
    readonly size: Size;
}

/** Inverse depth on its own scale, of the picture's size; or why there is none. */
export type Answer = { readonly depth: Float32Array } | { readonly failure: string };

env.wasm.wasmPaths = new URL('.', import.meta.url).href;
// More threads need memory that browsers share in isolated pages alone.
env.wasm.numThreads = 1;

async function measure({ picture, size }: Question): Promise<Float32Array> {
    const network = await InferenceSession.create(new URL('diorama.onnx', import.meta.url).href, {
        executionProviders: ['wasm'],
    });
    const input = new Tensor('float32', picture, [1, 3, size.height, size.width]);
    const answer = await network.run({ picture: input }, ['inverse_depth']);
    return answer['inverse_depth']!.data as Float32Array;
}

addEventListener('message', ({ data }: MessageEvent<Question>) => {
    measure(data).then(
        (depth) => postMessage({ depth } satisfies Answer, { transfer: [depth.buffer] }),
        (error: unknown) => postMessage({ failure: String(error) } satisfies Answer),
    );
});
