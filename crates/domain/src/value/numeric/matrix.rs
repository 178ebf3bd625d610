//! Small dense symmetric matrices (2 to 4 rows).
//!
//! Invariant: [`invert_positive_definite`] answers `None` rather than a meaningless inverse.

/// Square matrix of `N` rows.
pub(crate) type Square<const N: usize> = [[f64; N]; N];

/// Inverts a symmetric positive definite matrix by Cholesky; `None` when it is not one.
pub(crate) fn invert_positive_definite<const N: usize>(matrix: &Square<N>) -> Option<Square<N>> {
    let lower = cholesky(matrix)?;
    let mut inverse = [[0.0; N]; N];
    for (column, inverse_row) in inverse.iter_mut().enumerate() {
        let mut solution = [0.0; N];
        for row in 0..N {
            let unit = if row == column { 1.0 } else { 0.0 };
            let known: f64 = (0..row).map(|k| lower[row][k] * solution[k]).sum();
            solution[row] = (unit - known) / lower[row][row];
        }
        for row in (0..N).rev() {
            let known: f64 = (row + 1..N).map(|k| lower[k][row] * solution[k]).sum();
            solution[row] = (solution[row] - known) / lower[row][row];
        }
        // The inverse is symmetric: its column is its row.
        *inverse_row = solution;
    }
    inverse.iter().flatten().all(|v| v.is_finite()).then_some(inverse)
}

/// Lower Cholesky factor; `None` when a pivot is not clearly positive.
fn cholesky<const N: usize>(matrix: &Square<N>) -> Option<Square<N>> {
    /// A pivot below this share of its diagonal element counts as zero.
    const MIN_RELATIVE_PIVOT: f64 = 1e-12;
    let mut lower = [[0.0; N]; N];
    for row in 0..N {
        for column in 0..=row {
            let known: f64 = (0..column).map(|k| lower[row][k] * lower[column][k]).sum();
            let rest = matrix[row][column] - known;
            if row == column {
                if !rest.is_finite() || rest <= matrix[row][row].abs() * MIN_RELATIVE_PIVOT {
                    return None;
                }
                lower[row][row] = rest.sqrt();
            } else {
                lower[row][column] = rest / lower[column][column];
            }
        }
    }
    Some(lower)
}

/// `vector' · matrix · vector`.
pub(crate) fn quadratic_form(matrix: &[Vec<f64>], vector: &[f64]) -> f64 {
    matrix.iter().zip(vector).map(|(row, left)| left * row.iter().zip(vector).map(|(m, v)| m * v).sum::<f64>()).sum()
}
