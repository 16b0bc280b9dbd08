namespace Garita.Protocols.Smtp;

/// <summary>A command line taken apart: verb and argument (RFC 5321 §4.1.1). The spans point into the line.</summary>
public readonly ref struct SmtpCommand
{
    internal SmtpCommand(SmtpVerb verb, ReadOnlySpan<byte> verbText, ReadOnlySpan<byte> argument)
    {
        Verb = verb;
        VerbText = verbText;
        Argument = argument;
    }

    /// <summary>The verb.</summary>
    public SmtpVerb Verb { get; }

    /// <summary>The verb as it was written: outside text, never to be shown as it is.</summary>
    public ReadOnlySpan<byte> VerbText { get; }

    /// <summary>What follows the verb, without the spaces around it; may be empty.</summary>
    public ReadOnlySpan<byte> Argument { get; }
}
