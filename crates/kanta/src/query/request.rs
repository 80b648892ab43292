//! Questions inside a frame.
