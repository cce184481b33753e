import { PhotoError } from './errors';

/** A compiled program and its uniforms by name. */
export interface Program {
    readonly program: WebGLProgram;
    readonly uniforms: Readonly<Record<string, WebGLUniformLocation>>;
}

export function makeProgram(gl: WebGL2RenderingContext, vertex: string, fragment: string): Program {
    const program = gl.createProgram()!;
    for (const [type, text] of [
        [gl.VERTEX_SHADER, vertex],
        [gl.FRAGMENT_SHADER, fragment],
    ] as const) {
        const shader = gl.createShader(type)!;
        gl.shaderSource(shader, text);
        gl.compileShader(shader);
        gl.attachShader(program, shader);
    }
    gl.linkProgram(program);
    if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost()) {
        throw new PhotoError('webgl', 'This browser cannot build the program that draws the photo');
    }
    const uniforms: Record<string, WebGLUniformLocation> = {};
    const count = gl.getProgramParameter(program, gl.ACTIVE_UNIFORMS) as number;
    for (let i = 0; i < count; ++i) {
        const { name } = gl.getActiveUniform(program, i)!;
        uniforms[name] = gl.getUniformLocation(program, name)!;
    }
    return { program, uniforms };
}

/** A texture of a picture, smaller where the graphics processor cannot take its size. */
export function makeTexture(gl: WebGL2RenderingContext, image: TexImageSource): WebGLTexture {
    const texture = gl.createTexture()!;
    gl.bindTexture(gl.TEXTURE_2D, texture);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.LINEAR);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.MIRRORED_REPEAT);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.MIRRORED_REPEAT);
    gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, true);
    gl.pixelStorei(gl.UNPACK_COLORSPACE_CONVERSION_WEBGL, gl.NONE);
    const most = gl.getParameter(gl.MAX_TEXTURE_SIZE) as number;
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, within(image, most));
    return texture;
}

function within(image: TexImageSource, most: number): TexImageSource {
    const { width, height } = sizeOf(image);
    const scale = most / Math.max(width, height);
    if (scale >= 1) return image;
    const canvas = document.createElement('canvas');
    canvas.width = Math.floor(width * scale);
    canvas.height = Math.floor(height * scale);
    const source = image as CanvasImageSource;
    canvas.getContext('2d')!.drawImage(source, 0, 0, canvas.width, canvas.height);
    return canvas;
}

export function sizeOf(image: TexImageSource): { width: number; height: number } {
    if (image instanceof HTMLImageElement) {
        return { width: image.naturalWidth, height: image.naturalHeight };
    }
    const { width, height } = image as HTMLCanvasElement;
    return { width, height };
}
