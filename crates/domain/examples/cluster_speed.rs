//! Measures clusters on made-up customers: times of k-means for each k, once and with all restarts, and of the silhouettes; checks
//! that equal seeds give equal labels.
//!
//! Run: `cargo run --release -p perennial-domain --example cluster_speed -- 200000 12 4 8`
//! (customers, features, smallest and largest k).

#![expect(clippy::print_stdout, reason = "the example's purpose is to print measurements")]

use perennial_domain::cluster::{
    Method, Points, RESTARTS, SILHOUETTE_PEOPLE_MAX, Scale, find, k_means, sample_of, silhouettes,
    with_half_the_processors,
};
use std::time::Instant;

/// SplitMix64.
struct Random(u64);

impl Random {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }
}

/// Six groups that overlap, of different sizes; every third feature is skewed, as amounts are.
fn customers(people: usize, features: usize) -> Vec<Vec<f64>> {
    let mut random = Random(20);
    let middles: Vec<Vec<f64>> = (0..6).map(|_| (0..features).map(|_| 3.0 * random.uniform()).collect()).collect();
    let mut columns = vec![Vec::with_capacity(people); features];
    for _ in 0..people {
        let group = (6.0 * random.uniform() * random.uniform()) as usize;
        for (feature, column) in columns.iter_mut().enumerate() {
            let value = middles[group][feature] + random.normal();
            column.push(if feature % 3 == 2 { value.exp() } else { value });
        }
    }
    columns
}

fn main() {
    let mut arguments = std::env::args().skip(1).map(|one| one.parse().unwrap_or(0));
    let mut next = |usual: usize| arguments.next().filter(|one| *one > 0).unwrap_or(usual);
    let (people, features, k_min, k_max) = (next(200_000), next(12), next(4), next(8));
    let columns = customers(people, features);
    let begin = Instant::now();
    let scales: Vec<Scale> = columns.iter().map(|column| Scale::of(column, false)).collect();
    let points = Points::of(&columns, &scales);
    let threads = rayon::current_num_threads();
    println!("{people} customers, {features} features, k = {k_min} … {k_max}, {threads} threads");
    println!("standardised in {:.3} s", begin.elapsed().as_secs_f64());
    let mut labels = Vec::new();
    let mut total = [0.0, 0.0];
    for k in k_min..=k_max {
        for (place, restarts) in [1, RESTARTS].into_iter().enumerate() {
            let begin = Instant::now();
            let Some(division) = k_means(&points, k, 7, restarts, &|| true) else {
                println!("k = {k}: no division");
                continue;
            };
            let seconds = begin.elapsed().as_secs_f64();
            total[place] += seconds;
            println!(
                "k = {k}, begun {restarts} ×: {seconds:.3} s, inertia {:.1}, {} rounds of the best",
                division.inertia, division.rounds
            );
            if restarts == 1 {
                let again = k_means(&points, k, 7, 1, &|| true).is_some_and(|again| again.labels == division.labels);
                println!("k = {k}: equal seeds give {} labels", if again { "equal" } else { "DIFFERENT" });
                labels.push((division.labels, k));
            }
        }
    }
    println!("all k, begun once: {:.3} s; begun {RESTARTS} ×: {:.3} s", total[0], total[1]);
    let begin = Instant::now();
    let sample = sample_of(people, SILHOUETTE_PEOPLE_MAX, 7);
    let divisions: Vec<(&[u8], usize)> = labels.iter().map(|(labels, k)| (labels.as_slice(), *k)).collect();
    let found = silhouettes(&points, &sample, &divisions);
    println!("silhouettes of a sample of {} in {:.3} s: {found:?}", sample.len(), begin.elapsed().as_secs_f64());
    for method in [Method::KMeans { k_min, k_max }, Method::Density { min_people: 100 }] {
        let begin = Instant::now();
        // As the job does it.
        let found = with_half_the_processors(|| find(&columns, &vec![false; features], &method, 7, &|_| true));
        match found {
            Ok(found) => {
                println!("{method:?}: {} clusters in {:.3} s", found.model.centres.len(), begin.elapsed().as_secs_f64())
            }
            Err(error) => println!("{method:?}: {error} ({:.3} s)", begin.elapsed().as_secs_f64()),
        }
    }
}
