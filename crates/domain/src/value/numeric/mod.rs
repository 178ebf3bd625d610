//! Numeric tools of the value models: minimiser, quadrature, special functions, small matrices.
//!
//! Invariants: pure functions of their arguments; no randomness; nothing here panics on
//! finite input; every iteration has a named cap.
//!
//! Callers may rely on: the same bits for the same input on any number of threads.

pub(crate) mod bfgs;
pub(crate) mod matrix;
pub(crate) mod mixture;
pub(crate) mod quadrature;
pub(crate) mod special;
