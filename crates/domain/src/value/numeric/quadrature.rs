//! Gauss-Legendre and Gauss-Jacobi rules on (0, 1).
//!
//! Invariants: weights are positive and sum to 1; nodes lie strictly inside (0, 1), ascending
//! for Legendre.
//!
//! Source: Golub & Welsch, "Calculation of Gauss quadrature rules", Math. Comp. 23 (1969).

use std::sync::OnceLock;

/// Nodes of the Legendre rule used everywhere (value.md E3: 24 nodes give 1.8e-12).
pub(crate) const LEGENDRE_NODES: usize = 24;

/// A node in (0, 1) and its weight.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Node {
    pub at: f64,
    pub weight: f64,
}

/// The 24-node Gauss-Legendre rule on (0, 1).
pub(crate) fn legendre() -> &'static [Node; LEGENDRE_NODES] {
    static RULE: OnceLock<[Node; LEGENDRE_NODES]> = OnceLock::new();
    RULE.get_or_init(|| std::array::from_fn(|index| legendre_node(LEGENDRE_NODES, index)))
}

fn legendre_node(count: usize, index: usize) -> Node {
    let n = count as f64;
    let mut root = -(std::f64::consts::PI * (index as f64 + 0.75) / (n + 0.5)).cos();
    let mut slope = 1.0;
    for _ in 0..100 {
        let (mut previous, mut value) = (1.0, root);
        for k in 2..=count {
            let k = k as f64;
            let next = ((2.0 * k - 1.0) * root * value - (k - 1.0) * previous) / k;
            previous = value;
            value = next;
        }
        slope = n * (root * value - previous) / (root * root - 1.0);
        let move_by = value / slope;
        root -= move_by;
        if move_by.abs() < 1e-16 {
            break;
        }
    }
    Node { at: 0.5 * (root + 1.0), weight: 1.0 / ((1.0 - root * root) * slope * slope) }
}

/// Integral of `function` over `from..to` in `panels` equal panels of 24 nodes.
pub(crate) fn integrate<F: Fn(f64) -> f64>(from: f64, to: f64, panels: u32, function: F) -> f64 {
    if to.is_nan() || to <= from || panels == 0 {
        return 0.0;
    }
    let width = (to - from) / f64::from(panels);
    let mut total = 0.0;
    for panel in 0..panels {
        let start = from + width * f64::from(panel);
        total += legendre().iter().map(|node| node.weight * function(start + width * node.at)).sum::<f64>();
    }
    total * width
}

/// Gauss rule for a Beta(`a`, `b`) random variable: the expectation of `f(p)` is the weighted
/// sum of `f` over the nodes. `a`, `b` > 0.
pub(crate) fn beta_rule(a: f64, b: f64, count: usize) -> Vec<Node> {
    let (mut diagonal, mut off) = jacobi_recurrence(b - 1.0, a - 1.0, count);
    let first_row = diagonalize(&mut diagonal, &mut off);
    diagonal
        .iter()
        .zip(&first_row)
        .map(|(root, component)| Node {
            at: (0.5 * (root + 1.0)).clamp(f64::MIN_POSITIVE, 1.0),
            weight: component * component,
        })
        .collect()
}

/// Three-term recurrence of the Jacobi polynomials with weight (1-x)^alpha (1+x)^beta.
fn jacobi_recurrence(alpha: f64, beta: f64, count: usize) -> (Vec<f64>, Vec<f64>) {
    let sum = alpha + beta;
    let mut diagonal = Vec::with_capacity(count);
    let mut off = Vec::with_capacity(count);
    for index in 0..count {
        let n = index as f64;
        let full = 2.0 * n + sum;
        diagonal.push(if index == 0 {
            (beta - alpha) / (sum + 2.0)
        } else {
            (beta - alpha) * sum / (full * (full + 2.0))
        });
        let m = n + 1.0;
        let next = 2.0 * m + sum;
        let square = if index == 0 {
            4.0 * (1.0 + alpha) * (1.0 + beta) / ((2.0 + sum).powi(2) * (3.0 + sum))
        } else {
            4.0 * m * (m + alpha) * (m + beta) * (m + sum) / (next * next * (next + 1.0) * (next - 1.0))
        };
        off.push(square.max(0.0).sqrt());
    }
    (diagonal, off)
}

/// Implicit QL on a symmetric tridiagonal matrix: eigenvalues replace `diagonal`; the answer is
/// the first component of each normalised eigenvector.
fn diagonalize(diagonal: &mut [f64], off: &mut [f64]) -> Vec<f64> {
    /// Sweeps for one eigenvalue; three suffice in practice.
    const MAX_SWEEPS: u32 = 60;
    let count = diagonal.len();
    let mut first = vec![0.0; count];
    if let Some(head) = first.first_mut() {
        *head = 1.0;
    }
    if let Some(tail) = off.last_mut() {
        *tail = 0.0;
    }
    for low in 0..count {
        for _ in 0..MAX_SWEEPS {
            let mut split = low;
            while split + 1 < count {
                let scale = diagonal[split].abs() + diagonal[split + 1].abs();
                if off[split].abs() <= f64::EPSILON * scale {
                    break;
                }
                split += 1;
            }
            if split == low {
                break;
            }
            sweep(diagonal, off, &mut first, low, split);
        }
    }
    first
}

/// One implicit QL sweep between `low` and `high`.
fn sweep(diagonal: &mut [f64], off: &mut [f64], first: &mut [f64], low: usize, high: usize) {
    let mut g = (diagonal[low + 1] - diagonal[low]) / (2.0 * off[low]);
    let r = g.hypot(1.0);
    g = diagonal[high] - diagonal[low] + off[low] / (g + if g >= 0.0 { r } else { -r });
    let (mut sine, mut cosine, mut shift) = (1.0, 1.0, 0.0);
    for index in (low..high).rev() {
        let f = sine * off[index];
        let b = cosine * off[index];
        let r = f.hypot(g);
        off[index + 1] = r;
        if r == 0.0 {
            diagonal[index + 1] -= shift;
            off[high] = 0.0;
            return;
        }
        sine = f / r;
        cosine = g / r;
        g = diagonal[index + 1] - shift;
        let turn = (diagonal[index] - g) * sine + 2.0 * cosine * b;
        shift = sine * turn;
        diagonal[index + 1] = g + shift;
        g = cosine * turn - b;
        let upper = first[index + 1];
        first[index + 1] = sine * first[index] + cosine * upper;
        first[index] = cosine * first[index] - sine * upper;
    }
    diagonal[low] -= shift;
    off[low] = g;
    off[high] = 0.0;
}
