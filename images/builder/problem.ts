/** Something that keeps an image from being built or pushed; its message says what to do where that is known, and shows the end of what a failed command wrote. */
export class ImageProblem extends Error {}
