// A graph made anew: what moves along, and what stands in place of what.
#include "tests/catch.hpp"
#include "tracer/graph/rewrite.hpp"
#include "tracer/op/all.hpp"

using namespace tracer;

namespace {

// P = softmax(Z); L = Σ (P·2) of each column; mean(L) over m = 4
struct Batch {
  Graph graph;
  NodeId z = graph.leaf(LeafKind::data, "Z", {{3, ""}, {4, "m"}});
  NodeId p = graph.name(graph.apply(op::operation<op::Softmax>(), {z}), "P");
  NodeId two = graph.constant(Array<Exact>::Constant(3, 4, Exact(2)));
  NodeId twice = graph.apply(op::operation<op::Multiply>(), {p, two});
  NodeId l = graph.name(graph.apply(op::operation<op::Sum<Over::each_column>>(), {twice}), "L");
  NodeId m = graph.size_constant({4, "m"});
  NodeId mean = graph.name_batch_mean(graph.apply(op::operation<op::Mean<Over::all>>(), {l}), "L");
};

}  // namespace

TEST_CASE("rewrite: names, counts and the line that a mean is of move along", "[graph]") {
  const Batch batch;
  const RewrittenGraph made = rewrite(batch.graph, [&](RewrittenGraph& to, NodeId old) {
    const Node& node = batch.graph[old];
    return node.operation == &op::operation<op::Multiply>()
               ? to.graph.apply(op::operation<op::Add>(), to.of({batch.p, batch.p}))
               : copy_node(to, node);
  });
  for (const NodeId id : {batch.z, batch.p, batch.l, batch.mean})
    CHECK(made.graph.find(batch.graph[id].name) == made.of(id));
  CHECK(made.graph[made.of(batch.m)].counts == "m");
  CHECK(made.graph[made.of(batch.mean)].name == "mean(L)");
  CHECK(made.graph[made.of(batch.mean)].called() == "L");
  CHECK(made.graph[made.of(batch.p)].called() == "P");
  CHECK(made.graph[made.of(batch.twice)].operation == &op::operation<op::Add>());
  CHECK(made.graph[made.of(batch.l)].operands == std::vector{made.of(batch.twice)});
}

TEST_CASE("rewrite: what is left out has no image; what has a name already keeps it", "[graph]") {
  const Batch batch;
  const RewrittenGraph made = rewrite(batch.graph, [&](RewrittenGraph& to, NodeId old) {
    if (old == batch.mean) return -1;
    return old == batch.p ? to.of(batch.z) : copy_node(to, batch.graph[old]);
  });
  CHECK(made.of(batch.mean) == -1);
  CHECK(made.of(-1) == -1);
  CHECK(made.graph.find("mean(L)") == -1);
  CHECK(made.of(batch.p) == made.of(batch.z));
  CHECK(made.graph.find("P") == -1);
  CHECK(made.graph[made.of(batch.p)].name == "Z");
}

TEST_CASE("take apart: the parts of a node lie between the images before it and its own",
          "[graph]") {
  const Batch batch;
  const RewrittenGraph apart =
      take_apart(batch.graph, [](const Operation& operation, const auto&...) {
        return &operation == &op::operation<op::Softmax>();
      });
  CHECK(apart.of(batch.p) > apart.of(batch.z) + 1);
  CHECK(apart.graph[apart.of(batch.p)].name == "P");
  CHECK(apart.graph[apart.of(batch.p)].operation->expansion == nullptr);
  CHECK(apart.of(batch.twice) == apart.of(batch.p) + 2);  // the constant lies between
  CHECK(apart.graph[apart.of(batch.mean)].operation == &op::operation<op::Mean<Over::all>>());
}
