//! From bytes to documents: formats, compression, encodings, folders.
