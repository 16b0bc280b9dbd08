using Garita.Protocols.Smtp;

namespace Garita.Gateway.Rules;

/// <summary>What a sender is told about an argument that breaks the grammar; shared by the rules of the three commands that have one.</summary>
internal static class SyntaxFault
{
    /// <summary>The breach for a fault of the grammar.</summary>
    /// <param name="fault">What is wrong.</param>
    /// <param name="path">Enhanced code for a path that is wrong: 5.1.7 for the sender, 5.1.3 for a recipient (RFC 3463 §3.2).</param>
    /// <param name="detail">For the record.</param>
    internal static Verdict Breach(SyntaxError fault, EnhancedCode path, string? detail = null) => fault switch
    {
        SyntaxError.None => Verdict.Pass,
        SyntaxError.Path => Verdict.Breach(501, path, "syntax error in the address", detail),
        // RFC 5321 §4.1.1.11: 555 for parameters that are not recognised.
        SyntaxError.UnknownParameter => Verdict.Breach(555, new(5, 5, 4), "unknown parameter", detail),
        SyntaxError.DuplicateParameter => Verdict.Breach(501, new(5, 5, 4), "parameter given twice", detail),
        SyntaxError.ParameterValue => Verdict.Breach(501, new(5, 5, 4), "syntax error in a parameter", detail),
        SyntaxError.TooLong => Verdict.Breach(501, new(5, 5, 4), "argument too long", detail),
        // RFC 6531 §3.5: X.6.7, with 553 for MAIL and RCPT.
        SyntaxError.EightBit => Verdict.Breach(553, new(5, 6, 7), "non-ASCII address without SMTPUTF8", detail),
        _ => Verdict.Breach(501, new(5, 5, 4), "syntax error in the argument", detail),
    };
}
