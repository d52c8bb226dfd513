#include "tracer/view/layered.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace tracer {
namespace {

// A node, or the place where a route passes a layer.
struct Stop {
  int layer = 0;
  double row = 0;
  std::vector<std::size_t> before, after;  // neighbours, in the layers beside
};

class Layers {
 public:
  explicit Layers(const Uses& uses) {
    put_in_layers(uses);
    add_routes(uses);
    order();
    spread();
  }

  LayeredLayout layout(std::size_t nodes) const {
    LayeredLayout made;
    made.layers = static_cast<int>(layers_.size());
    std::vector<int> rows(stops_.size());
    double least = std::numeric_limits<double>::max();
    for (const Stop& stop : stops_) least = std::min(least, stop.row);
    for (const std::vector<std::size_t>& layer : layers_) {
      int free = 0;
      for (const std::size_t at : layer) {
        rows[at] = std::max(free, static_cast<int>(std::lround(stops_[at].row - least)));
        free = rows[at] + 1;
        made.rows = std::max(made.rows, free);
      }
    }
    for (std::size_t i = 0; i < nodes; ++i) made.nodes.push_back({stops_[i].layer, rows[i]});
    for (const auto& [from, to, stops] : routes_) {
      LayeredLayout::Route route{from, to, {}};
      for (const std::size_t at : stops) route.rows.push_back(rows[at]);
      made.routes.push_back(std::move(route));
    }
    return made;
  }

 private:
  struct Route {
    std::size_t from, to;
    std::vector<std::size_t> stops;
  };

  void put_in_layers(const Uses& uses) {
    stops_.resize(uses.size());
    int last = 0;
    for (std::size_t i = 0; i < uses.size(); ++i) {
      for (const std::size_t used : uses[i]) {
        if (used >= i) throw std::invalid_argument("a node stands before one that it uses");
        stops_[i].layer = std::max(stops_[i].layer, stops_[used].layer + 1);
      }
      last = std::max(last, stops_[i].layer);
    }
    // what uses nothing stands just before the first that uses it: a weight beside its line
    std::vector<int> first(uses.size(), std::numeric_limits<int>::max());
    for (std::size_t i = 0; i < uses.size(); ++i)
      for (const std::size_t used : uses[i]) first[used] = std::min(first[used], stops_[i].layer);
    for (std::size_t i = 0; i < uses.size(); ++i)
      if (uses[i].empty() && first[i] != std::numeric_limits<int>::max())
        stops_[i].layer = first[i] - 1;
    layers_.resize(static_cast<std::size_t>(last) + (uses.empty() ? 0 : 1));
    for (std::size_t i = 0; i < uses.size(); ++i) layer_of(i).push_back(i);
  }

  std::vector<std::size_t>& layer_of(std::size_t stop) {
    return layers_[static_cast<std::size_t>(stops_[stop].layer)];
  }

  void add_routes(const Uses& uses) {
    for (std::size_t to = 0; to < uses.size(); ++to) {
      for (const std::size_t from : uses[to]) {
        Route route{from, to, {from}};
        for (int layer = stops_[from].layer + 1; layer < stops_[to].layer; ++layer) {
          // several users of one node share the way as far as they can
          std::size_t at = shared(from, layer);
          if (at == stops_.size()) {
            stops_.push_back({layer, 0, {}, {}});
            layer_of(at).push_back(at);
            passing_.push_back({from, layer, at});
            join(route.stops.back(), at);
          }
          route.stops.push_back(at);
        }
        join(route.stops.back(), to);
        route.stops.push_back(to);
        routes_.push_back(std::move(route));
      }
    }
  }

  std::size_t shared(std::size_t from, int layer) const {
    for (const auto& [node, passed, stop] : passing_)
      if (node == from && passed == layer) return stop;
    return stops_.size();
  }

  void join(std::size_t from, std::size_t to) {
    stops_[from].after.push_back(to);
    stops_[to].before.push_back(from);
  }

  void number() {
    for (const auto& layer : layers_)
      for (std::size_t i = 0; i < layer.size(); ++i) stops_[layer[i]].row = static_cast<double>(i);
  }

  static constexpr int sweeps = 12;

  double middle(const std::vector<std::size_t>& of, double otherwise) const {
    if (of.empty()) return otherwise;
    double sum = 0;
    for (const std::size_t at : of) sum += stops_[at].row;
    return sum / static_cast<double>(of.size());
  }

  long crossings() const {
    long count = 0;
    for (const auto& layer : layers_) {
      std::vector<std::pair<double, double>> edges;
      for (const std::size_t at : layer)
        for (const std::size_t to : stops_[at].after)
          edges.emplace_back(stops_[at].row, stops_[to].row);
      for (std::size_t i = 0; i < edges.size(); ++i)
        for (std::size_t j = 0; j < i; ++j)
          count += (edges[i].first - edges[j].first) * (edges[i].second - edges[j].second) < 0;
    }
    return count;
  }

  void order() {
    number();
    auto best = layers_;
    long fewest = crossings();
    const auto sort_by = [&](std::vector<std::size_t>& layer, bool by_before) {
      std::vector<double> wanted(stops_.size());
      for (const std::size_t at : layer)
        wanted[at] = middle(by_before ? stops_[at].before : stops_[at].after, stops_[at].row);
      std::stable_sort(layer.begin(), layer.end(),
                       [&](std::size_t a, std::size_t b) { return wanted[a] < wanted[b]; });
      for (std::size_t i = 0; i < layer.size(); ++i) stops_[layer[i]].row = static_cast<double>(i);
    };
    for (int sweep = 0; sweep < sweeps && fewest > 0; ++sweep) {
      if (sweep % 2 == 0)
        for (auto& layer : layers_) sort_by(layer, true);
      else
        for (auto layer = layers_.rbegin(); layer != layers_.rend(); ++layer)
          sort_by(*layer, false);
      if (const long now = crossings(); now < fewest) {
        fewest = now;
        best = layers_;
      }
    }
    layers_ = std::move(best);
    number();
  }

  // Each as near to its neighbours as those above and below let it.
  void spread() {
    for (int sweep = 0; sweep < sweeps; ++sweep) {
      const auto settle = [&](const std::vector<std::size_t>& layer) {
        std::vector<double> wanted;
        for (const std::size_t at : layer) {
          std::vector<std::size_t> all = stops_[at].before;
          all.insert(all.end(), stops_[at].after.begin(), stops_[at].after.end());
          wanted.push_back(middle(all, stops_[at].row));
        }
        // the mean of packing from above and from below keeps the order and the distance of 1
        std::vector<double> down = wanted, up = wanted;
        for (std::size_t i = 1; i < layer.size(); ++i) down[i] = std::max(down[i], down[i - 1] + 1);
        for (std::size_t i = layer.size(); i-- > 1;) up[i - 1] = std::min(up[i - 1], up[i] - 1);
        for (std::size_t i = 0; i < layer.size(); ++i) stops_[layer[i]].row = (down[i] + up[i]) / 2;
      };
      if (sweep % 2 == 0)
        for (const auto& layer : layers_) settle(layer);
      else
        for (auto layer = layers_.rbegin(); layer != layers_.rend(); ++layer) settle(*layer);
    }
  }

  struct Passing {
    std::size_t node;
    int layer;
    std::size_t stop;
  };
  std::vector<Stop> stops_;  // the nodes first
  std::vector<std::vector<std::size_t>> layers_;
  std::vector<Route> routes_;
  std::vector<Passing> passing_;
};

}  // namespace

LayeredLayout layered(const Uses& uses) { return Layers(uses).layout(uses.size()); }

}  // namespace tracer
