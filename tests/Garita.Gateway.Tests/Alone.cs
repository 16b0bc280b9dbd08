using Xunit;

namespace Garita.Gateway.Tests;

/// <summary>Tests that measure the memory of the whole process: while they run, nothing else does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    internal const string Name = "alone";
}
