namespace Garita.Protocols.Smtp;

/// <summary>Why the argument of a command was not understood.</summary>
public enum SyntaxError : byte
{
    /// <summary>It was understood.</summary>
    None,
    /// <summary>It does not have the command's form (501 5.5.4).</summary>
    Command,
    /// <summary>The path breaks the grammar; the command's <c>PathError</c> says how (501 5.1.7, 5.1.3).</summary>
    Path,
    /// <summary>A parameter that is not offered (555 5.5.4, RFC 5321 §4.1.1.11).</summary>
    UnknownParameter,
    /// <summary>A parameter that occurs twice (501 5.5.4).</summary>
    DuplicateParameter,
    /// <summary>A parameter's value, or its absence, breaks its grammar (501 5.5.4).</summary>
    ParameterValue,
    /// <summary>A parameter or name beyond its limit (501 5.5.4).</summary>
    TooLong,
    /// <summary>Octets above 127 without SMTPUTF8, or not valid UTF-8, or where even SMTPUTF8 does not allow them (RFC 6531 §3.3).</summary>
    EightBit,
}
