// How each class is told from the rest, in SVG. Next: gnuplot.hpp, the same as files.
#pragma once

#include <string>
#include <vector>

#include "tracer/train/ranking.hpp"

namespace tracer {

/// Three charts, each an `<svg>`: of every class precision over recall, in steps, with its average
/// precision and, dotted, the precision of a guess; ROC with the area; and, of probabilities, how
/// often each tenth is right. "" for no class, or more than 20.
std::string ranking_svg(const Ranking& ranking, const std::vector<std::string>& classes);

}  // namespace tracer
