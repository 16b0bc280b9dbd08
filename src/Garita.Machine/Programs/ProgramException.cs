namespace Garita.Machine.Programs;

/// <summary>A program could not be run to its end.</summary>
public sealed class ProgramException(string message, Exception? inner = null) : Exception(message, inner);
