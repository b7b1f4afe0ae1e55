//! Random graphs.

use bramble_graph::{
    Annotations, Axis, Column, Create, DType, Gather, Graph, Grid, Kind, Layer, LayerId, Lent, NONE, Reduce,
    ReduceAxis, Scalar, Tasks,
};

use super::Chance;
use super::world::ABLE;

/// A graph of explicit tasks, or of layers of arrays. Of some more is asked than that they are done.
pub(super) fn random_graph(chance: &mut Chance) -> Graph {
    let mut graph = if chance.once_in(2) { tasks(chance) } else { arrays(chance) };
    if chance.once_in(2) {
        annotate(chance, &mut graph);
    }
    graph
}

/// Asks something for layers and tasks.
fn annotate(chance: &mut Chance, graph: &mut Graph) {
    let some = |priority, gpus: f64, workers: &[&str]| Annotations {
        priority,
        retries: 0,
        resources: (gpus > 0.0).then(|| ("gpu".to_owned(), gpus)).into_iter().collect(),
        workers: workers.iter().map(|&name| name.to_owned()).collect(),
    };
    graph.annotations =
        vec![some(0, 0.5, &[]), some(3, 1.0, &["nobody", ABLE]), some(-1, 0.0, &[ABLE]), some(7, 0.0, &[])];
    let mut asked = || number(chance.below(graph.annotations.len() + 1));
    for layer in &mut graph.layers {
        layer.annotations = Some(asked()).filter(|&asked| asked != number(graph.annotations.len()));
        if let Kind::Tasks(tasks) = &mut layer.kind {
            let count = tasks.functions.len();
            let each = |_| Some(asked()).filter(|&asked| asked != number(graph.annotations.len()));
            tasks.annotations =
                (0..count).map(each).map(|asked| asked.unwrap_or(NONE)).collect::<Vec<_>>().into();
        }
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).expect("small")
}

fn layer(layers: &mut Vec<Layer>, grid: Grid, inputs: Vec<LayerId>, kind: Kind) -> LayerId {
    let id = number(layers.len());
    layers.push(Layer {
        name: format!("layer-{id}"),
        dtype: DType::Float64,
        grid,
        inputs,
        kind,
        annotations: None,
    });
    id
}

/// Tasks that read any of those before them, and a layer that passes on some: the last, and a few more.
fn tasks(chance: &mut Chance) -> Graph {
    let count = 1 + chance.below(40);
    let wide = chance.once_in(3);
    let (mut starts, mut edges) = (vec![0], Vec::new());
    for task in 0..count {
        let reads = if wide { chance.below(8) } else { chance.below(3) };
        for _ in 0..reads.min(task) {
            edges.push(number(chance.below(task)));
        }
        starts.push(number(edges.len()));
    }
    let mut layers = Vec::new();
    let zeros = vec![0; count];
    let kind = Tasks {
        functions: zeros.clone().into(),
        arguments: zeros.into(),
        starts: starts.into(),
        edges: edges.into(),
        annotations: Column::default(),
    };
    let grid = |count: usize| Grid::new([Axis::regular(count as u64, 1)]);
    let made = layer(&mut layers, grid(count), Vec::new(), Kind::Tasks(kind));
    let wanted: Vec<usize> =
        (0..=chance.below(4)).map(|turn| if turn == 0 { count - 1 } else { chance.below(count) }).collect();
    let output = passed_on(&mut layers, made, &wanted);
    let outputs = if chance.once_in(4) { vec![output, made] } else { vec![output] };
    Graph { layers, outputs, annotations: Vec::new() }
}

/// Tasks of which each reads one block of a layer.
fn passed_on(layers: &mut Vec<Layer>, read: LayerId, wanted: &[usize]) -> LayerId {
    let passed = wanted.len();
    let none = vec![NONE; passed];
    let kind = Tasks {
        functions: none.clone().into(),
        arguments: none.into(),
        starts: (0..=number(passed)).collect::<Vec<_>>().into(),
        // Numbers beyond the layer's own tasks are blocks of the inputs.
        edges: wanted.iter().map(|&task| number(passed + task)).collect::<Vec<_>>().into(),
        annotations: Column::default(),
    };
    layer(layers, Grid::new([Axis::regular(passed as u64, 1)]), vec![read], Kind::Tasks(kind))
}

/// Tasks that read some blocks that another graph keeps; those may be outputs too.
pub(super) fn borrowing(chance: &mut Chance, lent: Lent, grid: Grid) -> Graph {
    let count = usize::try_from(grid.block_count()).expect("small");
    let mut layers = Vec::new();
    let read = layer(&mut layers, grid, Vec::new(), Kind::Lent(lent));
    let wanted: Vec<usize> = (0..=chance.below(5)).map(|_| chance.below(count)).collect();
    let output = passed_on(&mut layers, read, &wanted);
    let outputs = if chance.once_in(3) { vec![output, read] } else { vec![output] };
    Graph { layers, outputs, annotations: Vec::new() }
}

/// Elements that are made, cut anew and added up.
fn arrays(chance: &mut Chance) -> Graph {
    let axis = |chance: &mut Chance, length: u64| Axis::regular(length, 1 + chance.below(6) as u64);
    let shape = [1 + chance.below(12) as u64, 1 + chance.below(12) as u64];
    let mut layers = Vec::new();
    let grid = |chance: &mut Chance| Grid::new(shape.map(|length| axis(chance, length)));
    let full = Create::Full { value: Scalar::Float(1.0) };
    let first = grid(chance);
    let mut last = layer(&mut layers, first, Vec::new(), Kind::Create(full));
    let mut outputs = Vec::new();
    for _ in 0..chance.below(4) {
        let next = grid(chance);
        last = layer(&mut layers, next, vec![last], Kind::Gather(Gather {}));
        if chance.once_in(3) {
            outputs.push(last);
        }
    }
    let axes = (0..2).map(|axis| ReduceAxis { axis, fan_in: 2 + number(chance.below(3)) }).collect();
    let sum = Reduce { op: "sum".into(), axes, keepdims: false, ddof: 0.0 };
    outputs.push(layer(&mut layers, Grid::new([]), vec![last], Kind::Reduce(sum)));
    Graph { layers, outputs, annotations: Vec::new() }
}
