// What the tests of claims share: a lesson from its text, and claims from a text of JSON.
#pragma once

#include <string>
#include <string_view>

#include "tests/language/elaborated.hpp"
#include "tracer/claims/read_claims.hpp"

namespace tracer {

/// Two layers, 2-3-2, a batch of m = 4 unless said otherwise.
inline constexpr std::string_view small_net =
    "param W1 = [[1, -1], [2, 0.5], [0, 1]]\n"
    "param b1 = [0, 1, -1]\n"
    "param W2 = [[1, 0, 2], [-1, 1, 0.5]]\n"
    "param b2 = [0.5, 0]\n"
    "data X, Y in ([1, 2], [1, 0]), ([0, 1], [0, 1]), ([2, -1], [0, 1]), ([1, 1], [1, 0])\n"
    "Z1 = W1 @ X + b1\n"
    "A1 = relu(Z1)\n"
    "Z2 = W2 @ A1 + b2\n"
    "P = softmax(Z2)\n"
    "L = cross_entropy(P, Y)\n"
    "train L with sgd(lr=0.1), batch_size=all\n";

inline Claims claimed(const Program& program, std::string_view json, int m = 4,
                      ClaimOptions options = {}) {
  if (options.source == "the claim") options.source = "c.json";
  return claims_from(parse_named_arrays(json, options.source, "c"), program, *program.graph(m),
                     options);
}

/// "dL/dW1", "value of L", in the claims' order.
inline std::string names_in(const Claims& claims) {
  std::string names;
  for (const Claim& claim : claims.claims)
    names += (names.empty() ? "" : ", ") + std::string(claim.gradient ? "grad " : "") + claim.name;
  return names;
}

}  // namespace tracer
