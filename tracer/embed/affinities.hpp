// How alike two samples are, as t-SNE has it: a Gaussian around each sample, as wide as makes it have
// about `perplexity` neighbours, then the mean of both directions.
//
//   p_j|i = exp(−β_i |x_i − x_j|²) / Σ_k exp(−β_i |x_i − x_k|²)      over the nearest neighbours of i
//   β_i such that −Σ_j p_j|i log p_j|i = log perplexity
//   p_ij  = (p_j|i + p_i|j) / 2n                                     so that all of them sum to 1
//
// Sources: van der Maaten & Hinton 2008, equations 1 to 3 and §3.1; van der Maaten 2014, §4.1 (only
// the ⌊3·perplexity⌋ nearest neighbours have a share). Next: forces.hpp.
#pragma once

#include <span>
#include <vector>

#include "tracer/embed/neighbours.hpp"

namespace tracer::embed {

/// A symmetric matrix of which only what is not 0 is kept, row by row. Every row is filled up to a
/// multiple of 16 with its own number and 0, so that a loop can take 16 at a time.
struct Affinities {
  static constexpr std::size_t lanes = 16;
  std::vector<std::size_t> begins;  ///< n + 1
  std::vector<int> numbers;
  std::vector<float> values;

  std::size_t count() const { return begins.size() - 1; }
};

/// The shares p_j|i of one sample's neighbours, from their squared distances, nearest first. Their
/// entropy is log perplexity within 1e-6, or as near to it as it can be (of equally near ones it is
/// the logarithm of their number).
std::vector<double> shares(std::span<const double> squared, double perplexity);

/// Of all samples, each with its neighbours.
Affinities affinities(const Neighbours&, double perplexity);

}  // namespace tracer::embed
