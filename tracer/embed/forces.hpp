// What moves the points of a t-SNE picture. With q_ij = (1 + |y_i − y_j|²)⁻¹ and Z = Σ_{i≠j} q_ij, the
// loss KL = Σ p_ij log(p_ij Z / q_ij) has the gradient
//
//   ∂KL/∂y_i = 4 (Σ_j p_ij q_ij (y_i − y_j)  −  1/Z Σ_j q_ij² (y_i − y_j))
//                 pulled by what is alike       pushed by all
//
// The pulls are as many as there are affinities; the pushes, of all pairs, come from the quadtree: a
// square of side s at the distance d is one heavy point where s/d < θ.
// Source: van der Maaten 2014, equations 5 to 7 and §4.2. Next: tsne.hpp.
#pragma once

#include <span>
#include <vector>

#include "tracer/embed/affinities.hpp"
#include "tracer/embed/quadtree.hpp"

namespace tracer::embed {

/// One vector for each point.
struct Vectors {
  std::vector<float> x, y;
};

/// Σ_j p_ij q_ij (y_i − y_j) of each point. Of the picture as pairs x, y, x, y ...
void pull(const Affinities&, std::span<const float> pairs, Vectors& pulls);

/// Σ_j q_ij² (y_i − y_j) of each point, by its number; returns Z. With θ = 0 every pair is looked at,
/// up to what the tree can't tell apart. The same for every number of threads.
double push(const Quadtree&, double theta, Vectors& pushes);

/// Z and KL, every pair looked at: what a picture is judged by.
struct Divergence {
  double z = 0;
  double kl = 0;
};
Divergence divergence(const Affinities&, std::span<const float> x, std::span<const float> y);

}  // namespace tracer::embed
