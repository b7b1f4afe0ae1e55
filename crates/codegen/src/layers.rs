//! The types of layers, as they travel.

use bramble_graph::{
    Along, AlongOp, Annotations, Arg, Assign, Attribute, AttributeValues, Axis, Between, Border, Bytes, Call,
    Codec, Column, Compress, Concatenate, Create, DType, Deflated, Diagonal, FourierOf, Gather, Grid, Kind,
    Layer, Lent, Linear, LinearOp, Map, NewHdf5, NewNpz, NewRaw, NewStack, NewZarr, Operand, OrderPick,
    Origin, Overlap, Pair, Permute, Pick, Places, Positions, Program, Project, Raw, Reduce, ReduceAxis,
    Reshape, Run, Scalar, Scan, Select, Shards, Source, Step, Store, Take, Target, Tasks, TextFile, Trim,
    Write, Zarr,
};
use ts_rs::{Config, TS};

/// The module that declares them all.
pub(crate) fn source() -> String {
    let config = Config::new();
    let declarations = [
        declare::<DType>(&config),
        declare::<Scalar>(&config),
        declare::<Pick>(&config),
        selection(&config),
        declare::<Arg>(&config),
        declare::<Step>(&config),
        declare::<Program>(&config),
        declare::<Run>(&config),
        declare::<Axis>(&config),
        declare::<Grid>(&config),
        declare::<Annotations>(&config),
        declare::<Layer>(&config),
        declare::<Kind>(&config),
        declare::<Source>(&config),
        declare::<Store>(&config),
        declare::<Create>(&config),
        declare::<Map>(&config),
        declare::<Operand>(&config),
        declare::<Origin>(&config),
        declare::<Reduce>(&config),
        declare::<ReduceAxis>(&config),
        declare::<Select>(&config),
        declare::<Gather>(&config),
        declare::<Call>(&config),
        declare::<Project>(&config),
        declare::<Column>(&config),
        declare::<Tasks>(&config),
        declare::<Permute>(&config),
        declare::<Reshape>(&config),
        declare::<Concatenate>(&config),
        declare::<Diagonal>(&config),
        declare::<Pair>(&config),
        declare::<Compress>(&config),
        declare::<Raw>(&config),
        declare::<Deflated>(&config),
        declare::<Bytes>(&config),
        declare::<Write>(&config),
        declare::<Target>(&config),
        declare::<NewHdf5>(&config),
        declare::<Attribute>(&config),
        declare::<AttributeValues>(&config),
        declare::<NewRaw>(&config),
        declare::<NewNpz>(&config),
        declare::<NewStack>(&config),
        declare::<Scan>(&config),
        declare::<Along>(&config),
        declare::<AlongOp>(&config),
        declare::<OrderPick>(&config),
        declare::<Between>(&config),
        declare::<Overlap>(&config),
        declare::<Border>(&config),
        declare::<Trim>(&config),
        declare::<Lent>(&config),
        declare::<Linear>(&config),
        declare::<LinearOp>(&config),
        declare::<FourierOf>(&config),
        declare::<Take>(&config),
        declare::<Positions>(&config),
        declare::<Assign>(&config),
        declare::<Places>(&config),
        declare::<Zarr>(&config),
        declare::<Shards>(&config),
        declare::<Codec>(&config),
        declare::<NewZarr>(&config),
        declare::<TextFile>(&config),
    ];
    format!(
        "// Generated from crates/graph by `npm run generate`: do not edit.\n\n{}",
        declarations.join("\n")
    )
}

pub(crate) fn declare<T: TS>(config: &Config) -> String {
    let declaration = format!("{}export {}\n", T::docs().unwrap_or_default(), T::decl(config));
    short_docs(&read_only(&declaration))
}

/// An alias in Rust, for which nothing is derived.
fn selection(config: &Config) -> String {
    let docs = "/** One `Pick` for each input axis, with new axes in between. */";
    format!("{docs}\nexport type Selection = ReadonlyArray<{}>;\n", Pick::name(config))
}

/// Layers are never changed once made, so that they may share what they consist of.
fn read_only(declaration: &str) -> String {
    declaration
        .replace("Array<", "ReadonlyArray<")
        .replace("number[]", "readonly number[]")
        .replace("ReadonlyArray<Pick>", "Selection")
}

/// Puts comments of one line on one line, and drops the marks of Rust's links.
fn short_docs(declaration: &str) -> String {
    declaration
        .replace("/**\n * ", "/** ")
        .replace("\n */", " */")
        .replace("[`crate::", "`")
        .replace("[`", "`")
        .replace("`]", "`")
}
