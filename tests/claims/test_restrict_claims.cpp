// --wrt: what is to be judged of all that is claimed.
#include "tracer/claims/read_claims.hpp"

#include "tests/catch.hpp"
#include "tests/claims/claims_of.hpp"

using namespace tracer;

TEST_CASE("claims are restricted to the names that are asked for", "[claims]") {
  const Program program = lesson(small_net);
  const BatchGraph batch = *program.graph(4);
  const auto restricted = [&](const std::vector<std::string>& names) {
    Claims claims =
        claimed(program, R"({"L": 0.5, "db1": [1, 2, 3], "db2": [1, 2], "accuracy": 1})");
    restrict_claims(claims, names, program, batch);
    return claims;
  };
  CHECK(names_in(restricted({})) == "L, grad b1, grad b2");
  CHECK(restricted({}).missing == std::vector<std::string>{"W1", "W2"});
  CHECK(names_in(restricted({"b1"})) == "grad b1");
  CHECK(restricted({"b1"}).missing.empty());
  CHECK(restricted({"b1"}).ignored.empty());
  CHECK(names_in(restricted({"b2", "L"})) == "L, grad b2");
  CHECK_THROWS_WITH(restricted({"W1"}),
                    "--wrt W1: nothing is claimed of it in c.json, but of L, b1, b2");
  CHECK_THROWS_WITH(restricted({"nothing"}),
                    "--wrt nothing: there is no such value in test.lesson; there are W1, b1, W2, b2");
}
