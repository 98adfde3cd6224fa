/** Made by scripts/kernel.mjs: the compiled kernel. */
export declare const KERNEL_BASE64: string;
