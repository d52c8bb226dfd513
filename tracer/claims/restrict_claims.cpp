#include "tracer/claims/restrict_claims.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tracer/error.hpp"
#include "tracer/language/suggest.hpp"

namespace tracer {

void restrict_claims(Claims& claims, const std::vector<std::string>& names, const Program& program,
                     const BatchGraph& batch) {
  if (names.empty()) return;
  const auto asked_as = [&](const Claim& claim) {
    return batch.graph[batch.graph.find(claim.name)].called();
  };
  std::set<std::string> claimed;
  for (const Claim& claim : claims.claims) claimed.insert(asked_as(claim));
  for (const std::string& name : names) {
    if (claimed.contains(name)) continue;
    if (batch.graph.find(name) >= 0) {
      throw Error(fmt::format("--wrt {}: nothing is claimed of it in {}, but of {}", name,
                              claims.source, fmt::join(claimed, ", ")));
    }
    const auto near = closest(name, std::span<const std::string>(program.wrt));
    throw Error(fmt::format("--wrt {}: there is no such value in {}; {}", name,
                            program.source->name(),
                            near ? fmt::format("did you mean {}?", *near)
                                 : fmt::format("there are {}", fmt::join(program.wrt, ", "))));
  }
  std::erase_if(claims.claims, [&](const Claim& claim) {
    return std::ranges::count(names, asked_as(claim)) == 0;
  });
  claims.missing.clear();
  claims.ignored.clear();
}

}  // namespace tracer
