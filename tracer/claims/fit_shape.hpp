// An array of somebody's file in the shape that the lesson has it in: transposed, read row by row
// from a flat list, or as it is; what was done is said. Next: read_claims.hpp.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tracer/claims/named_arrays.hpp"
#include "tracer/language/program.hpp"

namespace tracer {

struct Fitted {
  Reals values;                      ///< rows × columns of the shape that was wanted
  Reals half_unit;                   ///< the same
  std::vector<std::string> remarks;  ///< "stored as 784×20, the transpose"
  bool turned = false;               ///< a matrix that was stored as columns × rows
};

/// The sides of the array that are not 1; of a vector one, of a number none.
std::vector<std::int64_t> long_sides(const NamedArray&);

/// Takes rows × columns; columns × rows (turned; a square one is taken as it is); as many entries
/// in a flat list, a row, a column or more dimensions (row by row, NumPy's order C). Sides of 1
/// count for nothing. Nothing where there are more or fewer entries, or a matrix of other sides.
std::optional<Fitted> fit_shape(const NamedArray&, const Shape& wanted);

/// As fit_shape, for a matrix whose sides of rows × columns are known otherwise.
Fitted as_matrix(const NamedArray&, Eigen::Index rows, Eigen::Index columns, bool transposed);

/// One array of a claim in the shape of the lesson's value. A gradient whose shape betrays a mistake
/// (a bias not summed over the batch, or summed over everything) is kept, not refused.
/// `source` is for messages. Throws Error where the shape neither fits nor is a known mistake.
Claim fit_claim(const NamedArray&, NodeId, bool gradient, const Program&, const BatchGraph&,
                const std::string& source);

}  // namespace tracer
